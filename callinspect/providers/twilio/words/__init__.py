"""What Twilio's words mean."""

from callinspect.providers.twilio.words.calls import ANSWERED_BY, DIRECTION, STATUS, VERIFICATION
from callinspect.providers.twilio.words.errors import ERROR_CODE
from callinspect.providers.twilio.words.notifications import LOG, NOTIFICATION
from callinspect.providers.twilio.words.recordings import RECORDING_SOURCE, RECORDING_STATUS, RECORDING_TRACK

WORDS = (
    STATUS,
    DIRECTION,
    ANSWERED_BY,
    VERIFICATION,
    RECORDING_STATUS,
    RECORDING_SOURCE,
    RECORDING_TRACK,
    NOTIFICATION,
    LOG,
    ERROR_CODE,
)
