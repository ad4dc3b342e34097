"""What Twilio's words about recordings mean."""

from functools import partial

from callinspect.model import StoredState
from callinspect.provider import Evidence, Words, meanings, said

_spec = partial(said, evidence=Evidence.SPEC)

RECORDING_STATUS = Words(
    "recording-status",
    "status",
    {
        "in-progress": _spec("Recording", "The recording is in progress", means=StoredState.RECORDING),
        "paused": _spec(
            "Paused",
            "The recording is paused and can be resumed",
            "Check that your application resumes it",
            means=StoredState.RECORDING,
        ),
        "stopped": _spec(
            "Stopped",
            "The recording has ended and is not ready to download",
            "Ask again in a moment",
            means=StoredState.PROCESSING,
        ),
        "processing": _spec(
            "Being processed",
            "The recording has ended and is not ready to download",
            "Ask again in a moment",
            means=StoredState.PROCESSING,
        ),
        "completed": _spec("Ready", "The recording can be downloaded", means=StoredState.AVAILABLE),
        "absent": _spec(
            "No audio",
            "There was nothing to record, or the recording failed",
            "Check error_code, and whether anyone spoke",
            means=StoredState.FAILED,
        ),
    },
)

RECORDING_SOURCE = Words(
    "recording-source",
    "source",
    {
        "DialVerb": _spec("By a <Dial>", "The record attribute of a <Dial> made the recording"),
        "Conference": _spec("By a <Conference>", "The record attribute of a <Conference> made the recording"),
        "OutboundAPI": _spec("By the call", "The Record parameter of the API's call made the recording"),
        "Trunking": _spec("By the trunk", "The SIP trunk's setting made the recording"),
        "RecordVerb": _spec("By a <Record>", "A <Record> made the recording, such as a voicemail"),
        "StartCallRecordingAPI": _spec(
            "By the API, of a call", "Your application began to record the call through the API"
        ),
        "StartConferenceRecordingAPI": _spec(
            "By the API, of a conference", "Your application began to record the conference through the API"
        ),
    },
)

RECORDING_TRACK = Words(
    "track",
    "track",
    {
        "inbound": said("Inbound", "Only the audio that Twilio received is recorded"),
        "outbound": said("Outbound", "Only the audio that Twilio sent is recorded"),
        "both": said("Both", "The audio of both directions is recorded"),
    },
)

RECORDING_STATES = meanings(RECORDING_STATUS.words)
