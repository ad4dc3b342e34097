"""What Bandwidth's words about recordings and transcriptions mean. All are open lists."""

from functools import partial

from callinspect.model import StoredState
from callinspect.provider import Evidence, Words, meanings, said

_spec = partial(said, evidence=Evidence.SPEC)
_seen = partial(said, evidence=Evidence.SEEN)

RECORDING_STATUS = Words(
    "recording-status",
    "status",
    {
        "processing": _spec(
            "Being processed",
            "The recording has ended and is not ready to download",
            "Ask again in a moment",
            means=StoredState.PROCESSING,
        ),
        "partial": _spec(
            "Partial",
            "Bandwidth kept only part of the recording",
            "Give Bandwidth's support the recordingId",
            means=StoredState.PARTIAL,
        ),
        "complete": _spec("Ready", "The recording can be downloaded", means=StoredState.AVAILABLE),
        "completed": _seen(
            "Ready",
            "The recording can be downloaded; an example in the specification spells it this way",
            means=StoredState.AVAILABLE,
        ),
        "deleted": _spec(
            "Deleted",
            "The recording no longer exists",
            "Check who deleted it, and how long the account keeps recordings",
            means=StoredState.DELETED,
        ),
        "error": _spec(
            "Failed",
            "Bandwidth could not make or store the recording",
            "Give Bandwidth's support the recordingId",
            means=StoredState.FAILED,
        ),
    },
)

TRANSCRIPTION_STATUS = Words(
    "transcription-status",
    "transcription.status",
    {
        "none": _spec("None", "No transcription was requested"),
        "processing": _spec(
            "Being transcribed",
            "Bandwidth is still transcribing",
            "Ask again in a moment",
            means=StoredState.PROCESSING,
        ),
        "available": _spec("Ready", "The transcription can be downloaded", means=StoredState.AVAILABLE),
        "error": _spec(
            "Failed",
            "The recording could not be transcribed",
            "Give Bandwidth's support the transcription's ID",
            means=StoredState.FAILED,
        ),
        "timeout": _spec("Timed out", "Transcribing took too long", "Request it again", means=StoredState.FAILED),
        "file-size-too-big": _spec(
            "Recording too large",
            "The recording exceeds the size limit for transcription",
            "Make shorter recordings",
            means=StoredState.FAILED,
        ),
        "file-size-too-small": _spec(
            "Recording too small", "The recording is below the minimum size for transcription", means=StoredState.FAILED
        ),
    },
)

TRACK = Words(
    "track",
    "track",
    {
        "inbound": _spec("From the party", "The audio that came from the party on this leg"),
        "outbound": _spec("To the party", "The audio that the party on this leg heard"),
    },
)

RECORDING_STATES = meanings(RECORDING_STATUS.words)
TRANSCRIPTION_STATES = meanings(TRANSCRIPTION_STATUS.words)
