"""What Bandwidth's words mean."""

from callinspect.providers.bandwidth.words.calls import ATTESTATION, CAUSE, DIRECTION, MESSAGE, STATE, VERIFICATION
from callinspect.providers.bandwidth.words.errors import ERROR_TYPE, STATUS
from callinspect.providers.bandwidth.words.recordings import RECORDING_STATUS, TRACK, TRANSCRIPTION_STATUS

WORDS = (
    CAUSE,
    STATE,
    DIRECTION,
    VERIFICATION,
    ATTESTATION,
    MESSAGE,
    RECORDING_STATUS,
    TRANSCRIPTION_STATUS,
    TRACK,
    ERROR_TYPE,
    STATUS,
)
