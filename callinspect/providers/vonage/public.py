"""What may be shown of Vonage's answers with --redact: no number, user, address, header or text.

The record of a call, what its webhooks add and older answers share their names.
"""

CALL = """
    uuid conversation_uuid status sub_state direction start_time end_time duration rate price network
    detail disconnected_by sip_code from.type to.type to.content-type to.authorization.type
"""
