"""What Catapult's words about recordings and transcriptions mean."""

from callinspect.model import StoredState
from callinspect.provider import Evidence, Words, meanings, said

RECORDING_STATE = Words(
    "recording-status",
    "state",
    {
        "recording": said("Recording", "The recording is in progress", means=StoredState.RECORDING),
        "saving": said(
            "Being saved",
            "The recording has ended and is not ready to download",
            "Ask again in a moment",
            means=StoredState.PROCESSING,
        ),
        "complete": said("Ready", "The recording can be downloaded", means=StoredState.AVAILABLE),
        "completed": said(
            "Ready",
            "The recording can be downloaded; an SDK spells it this way",
            means=StoredState.AVAILABLE,
            evidence=Evidence.INFERRED,
        ),
        "error": said(
            "Failed",
            "Catapult could not store the recording",
            "Give Bandwidth's support the recording's ID",
            means=StoredState.FAILED,
        ),
    },
)

TRANSCRIPTION_STATE = Words(
    "transcription-status",
    "state",
    {
        "transcribing": said(
            "Being transcribed",
            "Catapult is still transcribing",
            "Ask again in a moment",
            means=StoredState.PROCESSING,
        ),
        "completed": said(
            "Ready",
            "The transcription is ready; text holds at most its first 1000 characters",
            "Fetch textUrl for all of it",
            means=StoredState.AVAILABLE,
        ),
        "error": said(
            "Failed",
            "The recording could not be transcribed",
            "Give Bandwidth's support the transcription's ID",
            means=StoredState.FAILED,
        ),
    },
)


STORED_RECORDING_STATES = meanings(RECORDING_STATE.words)
TRANSCRIPTION_STATES = meanings(TRANSCRIPTION_STATE.words)
