"""Where Genesys Cloud has conversations, and what it takes to read those of the analytics."""

from callinspect.provider import place

ROOT = "/api/v2"

CALLS = place("conversations", "calls", root=ROOT)
CONVERSATIONS = place("conversations", root=ROOT)
ANALYTICS = place("analytics", "conversations", root=ROOT)

DETAILS = "details"
"""What the path of a conversation of the analytics ends with, and the key that it has among the vendor's own."""

PERMISSION = "analytics:conversationDetail:view"
