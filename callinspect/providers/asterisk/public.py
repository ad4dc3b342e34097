"""What may be shown of Asterisk's answers with --redact: no number, name, context, extension or argument.

A channel's name has the extension in it. What an event is wrapped in is `event` in the record.
"""

from callinspect.provider import under

CALL = """
    id state protocol_id creationtime dialplan.app_name dialplan.priority channelvars.CHANNEL(linkedid)
    type timestamp cause cause_txt tech_cause
"""
CALL += under("bridge", "id technology bridge_type bridge_class channels creationtime video_mode")

ENVELOPES = "channel event"

VARIABLES = """
    CHANNEL(linkedid) CHANNEL(onhold) CDR(start,u) CDR(answer,u) CDR(disposition) CALLERID(num-pres)
    REDIRECTING(reason) HANGUPCAUSE DIALSTATUS
"""
