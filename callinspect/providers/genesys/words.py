"""The meanings of Genesys' words: states, call types, recording states, status codes."""

from callinspect.errors import AuthRejectedError, CallinspectError, ForbiddenError, NotFoundError, UsageError
from callinspect.model import Direction, RecordingState, State

STATES = {
    "Dialing": State.DIALING,
    "Ringing": State.RINGING,
    "Established": State.ACTIVE,
    "Held": State.HELD,
    "Released": State.ENDED,
    "Completed": State.ENDED,
}

DIRECTIONS = {
    "Inbound": Direction.INBOUND,
    "Outbound": Direction.OUTBOUND,
    "Internal": Direction.INTERNAL,
    "Consult": Direction.UNKNOWN,
}

CONSULT_DIRECTIONS = {State.RINGING: Direction.INBOUND, State.DIALING: Direction.OUTBOUND}

RECORDING_STATES = {
    "Recording": RecordingState.RECORDING,
    "Paused": RecordingState.PAUSED,
    "Stopped": RecordingState.STOPPED,
}

STATUS_CODES: dict[str, type[CallinspectError]] = {
    **dict.fromkeys(("1", "2", "10", "11"), UsageError),
    **dict.fromkeys(("3", "5"), ForbiddenError),
    **dict.fromkeys(("8", "20"), AuthRejectedError),
    "6": NotFoundError,
}

HINTS = {"8": "the user must change the password first"}

DEVICE_STATES = {"Active": "active", "Inactive": "inactive"}

DO_NOT_DISTURB = {"On": True, "Off": False}
