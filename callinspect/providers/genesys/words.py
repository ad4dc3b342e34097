"""The meanings of Genesys' words: states, call types, recording states, status codes."""

from callinspect.errors import AuthRejectedError, CallinspectError, ForbiddenError, NotFoundError, UsageError
from callinspect.model import Direction, RecordingState, State
from callinspect.provider import Words, meanings, said

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

DEVICE_STATE = Words(
    "device",
    "deviceState",
    {
        "Active": said("Device in use", "The agent's device is registered and in use", means="active"),
        "Inactive": said(
            "Device not in use",
            "The agent's device is not in use",
            "Check that the agent is logged in, with a place and a device",
            means="inactive",
        ),
    },
)

DEVICE_STATES = meanings(DEVICE_STATE.words)

DEVICE_DO_NOT_DISTURB = Words(
    "device",
    "doNotDisturb",
    {
        "On": said("Do not disturb", "The device takes no calls", "Turn do-not-disturb off", means=True),
        "Off": said("Takes calls", "The device takes calls", means=False),
    },
)

DO_NOT_DISTURB = meanings(DEVICE_DO_NOT_DISTURB.words)
