"""What may be shown of Genesys' answers with --redact: no number, name, location, address or attached data.

Devices are people's, and so are their IDs; the name of a user's state is the customer's own.
"""

from callinspect.provider import under

CALL = """
    id callUuid connId callType state capabilities duration mute recordingState
    monitoring supervisorListeningIn monitoredUserMuted supervisorMonitoringState
    statusCode messageType notificationType
"""
CALL += under("supervisorMonitoringState", "state mode scope")
CALL += under("extensions", "BusinessCall WrapUpTime")
CALL += under("participants", "country.callingCode")
CALL += under("participantsInfo", "country.callingCode isValidNumber")

ENVELOPES = "data data.call call calls user.calls"

DEVICE = "capabilities channels deviceState doNotDisturb telephonyNetwork"
DEVICE += under("userState", "state workMode")
DEVICE += under("supervisorMonitoringState", "state mode scope")
