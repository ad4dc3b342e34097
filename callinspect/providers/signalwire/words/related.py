"""What SignalWire's words about events and recordings of a call mean."""

from functools import partial

from callinspect.model import StoredState
from callinspect.model.timeline import Happened
from callinspect.provider import Evidence, Words, meanings, said

_spec = partial(said, evidence=Evidence.SPEC)

EVENT = Words(
    "event",
    "name",
    {"calling_call_initiated": _spec("Call initiated", "The call was set up", means=Happened.CREATED)},
)

LEVEL = Words(
    "level",
    "level",
    {
        "debug": _spec("Detail", "An event of interest to developers"),
        "info": _spec("Information", "An ordinary event"),
        "warn": _spec("Warning", "Something was wrong, and the call went on", "Read the event's details"),
        "error": _spec("Error", "Something failed", "Read the event's details"),
    },
)

RECORDING_STATUS = Words(
    "recording-status",
    "status",
    {
        "queued": _spec("Queued", "The recording has not started yet", means=StoredState.PROCESSING),
        "in-progress": _spec("Recording", "The recording is in progress", means=StoredState.RECORDING),
        "paused": _spec("Paused", "The recording is paused", means=StoredState.RECORDING),
        "resumed": _spec("Resumed", "The recording continued after a pause", means=StoredState.RECORDING),
        "stopped": _spec(
            "Stopped",
            "The recording has ended and may not be ready to download",
            "Ask again in a moment",
            means=StoredState.PROCESSING,
        ),
        "completed": _spec("Ready", "The recording can be downloaded", means=StoredState.AVAILABLE),
        "absent": _spec(
            "Nothing recorded",
            "There is no audio, for example because the call was too short",
            "Check how long the call lasted",
            means=StoredState.FAILED,
        ),
    },
)

RECORDING_SOURCE = Words(
    "recording-source",
    "source",
    {
        "DialVerb": _spec("Dial", "A Dial verb recorded the call"),
        "Conference": _spec("Conference", "The conference was recorded by the verb that opened it"),
        "OutBoundApi": _spec("API call", "The request that placed the call asked for the recording"),
        "Trunking": _spec("Trunk", "The SIP trunk recorded the call"),
        "RecordVerb": _spec("Record", "A Record verb recorded the caller"),
        "StartCallRecordingApi": _spec("API, on a call", "A request started the recording during the call"),
        "StartConferenceRecording": _spec(
            "API, on a conference", "A request started the recording during the conference"
        ),
    },
)

EVENTS = meanings(EVENT.words)
STORED_STATES = meanings(RECORDING_STATUS.words)
