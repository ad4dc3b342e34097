"""What may be shown of Webex's answers with --redact: no number, name, person, place, endpoint or owner.

An entry of the call history is an object of its own, without an ID: its type and its time.
"""

from callinspect.provider import under

PARTY = "callType privacyEnabled idType"

CALL = """
    id callId callSessionId personality state appearance created answered disconnected completedElsewhere
    recordingState allowedRecordingControls muted muteCapable endpointType eventType eventTimestamp
    redirections.reason recall.type type time privacyEnabled
"""
CALL += under("remoteParty", PARTY)
CALL += under("redirections.redirectingParty", PARTY)
CALL += under("recall.party", PARTY)
