"""Calls that the sandbox knows."""

from callinspect.sandbox import SandboxCall, calls

ANSWERED = ("bandwidth", "c-e4d41dd5-d796d842-ef25-2a32-fbc0-1b8b4b7a77c1")
BUSY = ("bandwidth", "c-e07189d7-42ae3ccd-edb5-4626-f319-dc036df4e370")
RINGING = ("webex", "Y2lzY29zcGFyazovL3VzL0NBTEwvY2FsbGhhbGYtMzEzOTg4NTc4OjA")
ATTACHED = ("genesys", "5L3G3PPN4ETV28V1MIMKA5OLITQVSGA0")
BILLED = ("catapult", "c-bnitaoqvyzmhamyekzdx4tk")
BUSY_EVENTS = ("catapult", "c-esdd7teyvmq2x5hxzbt5noq")
EACH = [ANSWERED, RINGING, ATTACHED, BILLED]
BUSY_SOON = ("bandwidth", next(call.id for call in calls() if "waiting in the account's queue" in call.description))


def known(*, hostile: bool = False) -> list[SandboxCall]:
    """Return the calls that are what they are, those with hostile texts only, or all."""
    return [
        call
        for call in calls()
        if not call.living
        and not call.description.startswith("fault:")
        and "404" not in call.description
        and call.description.startswith("hostile:") >= hostile
    ]


def living(provider: str, words: str) -> str:
    """Return the ID of a call that goes through its states, by words of its description."""
    return next(call.id for call in calls() if call.provider == provider and call.living and words in call.description)
