"""The meanings of Webex's words: states, personalities, recording states, redirection reasons, error codes."""

from callinspect.errors import CallinspectError, ConfigError, ForbiddenError
from callinspect.model import Direction, Reason, RecordingState, State, in_words

STATES = {
    "connecting": State.DIALING,
    "alerting": State.RINGING,
    "connected": State.ACTIVE,
    "held": State.HELD,
    "remoteHeld": State.HELD,
    "disconnected": State.ENDED,
}

DIRECTIONS = {
    "originator": Direction.OUTBOUND,
    "terminator": Direction.INBOUND,
    "clickToDial": Direction.OUTBOUND,
}

RECORDING_STATES = {
    "pending": RecordingState.PENDING,
    "started": RecordingState.RECORDING,
    "paused": RecordingState.PAUSED,
    "stopped": RecordingState.STOPPED,
    "failed": RecordingState.FAILED,
}

REASONS = {
    "busy": Reason.BUSY,
    "noAnswer": Reason.NO_ANSWER,
    "unavailable": Reason.UNAVAILABLE,
    "unconditional": Reason.UNCONDITIONAL,
    "timeOfDay": Reason.TIME_OF_DAY,
    "divert": Reason.DIVERT,
    "followMe": Reason.FOLLOW_ME,
    "huntGroup": Reason.HUNT_GROUP,
    "callQueue": Reason.CALL_QUEUE,
    "unknown": Reason.UNKNOWN,
}

ERRORS: dict[str, type[CallinspectError]] = {"4003": ForbiddenError, "9601": ForbiddenError, "4008": ConfigError}
"""Errors that the code determines: a 400 for a token of the wrong kind, a 404 for a user without Webex Calling."""

HINTS = {
    "4003": "this is the wrong kind of token: a Service App's needs member_id, a user's must be used without it",
    "9601": "this needs a user's own token",
    "4008": "the user has no Webex Calling license: check member_id, and the license in Control Hub",
}

ANSWERED_ELSEWHERE = in_words(
    "Answered elsewhere", "The call was answered on another of the user's phones", q850=26
)._replace(code="completedElsewhere")
