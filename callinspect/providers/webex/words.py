"""What Webex's words mean. Only a call that was answered elsewhere has a cause."""

from functools import partial

from callinspect.errors import ConfigError, ForbiddenError
from callinspect.model import Direction, Outcome, Reason, RecordingState, State, in_words
from callinspect.provider import Evidence, Words, hints, meanings, said

_spec = partial(said, evidence=Evidence.SPEC)
_seen = partial(said, evidence=Evidence.SEEN)
_unconfirmed = partial(said, evidence=Evidence.UNCONFIRMED)

ANSWERED_ELSEWHERE = in_words(
    "Answered elsewhere",
    "The call was answered on another of the user's phones",
    "Look for the call on the user's other devices",
    q850=26,
)._replace(code="completedElsewhere")

STATE = Words(
    "state",
    "state",
    {
        "connecting": _spec(
            "Dialing",
            "The other side is being called",
            "If nobody answers, ask the other side whether a phone rings",
            state=State.DIALING,
        ),
        "alerting": _spec(
            "Ringing",
            "The user's devices ring: a call comes in, or click-to-dial begins",
            "If nothing rings, check which devices are signed in",
            state=State.RINGING,
        ),
        "connected": _spec("Connected", "Both sides can hear each other", state=State.ACTIVE),
        "held": _spec(
            "On hold", "The user has the call on hold", "Resume the call on the user's phone", state=State.HELD
        ),
        "remoteHeld": _spec(
            "Held by the other side",
            "The other side, who is in the same organization, has the call on hold",
            "Ask the other side to resume",
            state=State.HELD,
        ),
        "disconnected": _spec(
            "Ended",
            "The call has ended, for a reason that Webex does not report",
            "Look in the detailed call history after 5 minutes",
            state=State.ENDED,
        ),
    },
)

PERSONALITY = Words(
    "personality",
    "personality",
    {
        "originator": _spec("Placed", "The user made the call", means=Direction.OUTBOUND),
        "terminator": _spec("Received", "Someone called the user", means=Direction.INBOUND),
        "clickToDial": _spec(
            "Click to dial",
            "An application calls for the user: first the user's own devices, then the other side",
            "Wait for the user to pick up; only then is the other side called",
            means=Direction.OUTBOUND,
        ),
    },
)

PARTY_TYPE = Words(
    "party-type",
    "callType",
    {
        "location": _spec("Same location", "Both parties are at the same location"),
        "organization": _spec("Same organization", "Both parties are in the organization, at different locations"),
        "external": _spec("External", "The other party does not belong to the organization"),
        "emergency": _spec(
            "Emergency service", "The call is with an emergency service", "Do not interfere with this call"
        ),
        "repair": _spec("Repair service", "The call is with a repair service"),
        "other": _spec(
            "Other",
            "None of these: a feature access code, for example",
            "If it is a code, look it up among the feature access codes",
        ),
    },
)

REDIRECTION = Words(
    "redirection",
    "redirections.reason",
    {
        "busy": _spec(
            "Forwarded on busy",
            "The called user was busy",
            "Check that user's forwarding on busy",
            means=Reason.BUSY,
        ),
        "noAnswer": _spec(
            "Forwarded on no answer",
            "The called user did not answer in time",
            "Check after how many rings that user's calls are forwarded",
            means=Reason.NO_ANSWER,
        ),
        "unavailable": _spec(
            "Forwarded when unreachable",
            "The called user's phone could not be reached, as with business continuity",
            "Check that the user's devices are registered",
            means=Reason.UNAVAILABLE,
        ),
        "unconditional": _spec(
            "Always forwarded",
            "The called user forwards every call",
            "Check that user's setting to always forward",
            means=Reason.UNCONDITIONAL,
        ),
        "timeOfDay": _spec(
            "Forwarded by schedule",
            "A schedule or selective rule forwarded the call",
            "Check that user's schedules and selective forwarding",
            means=Reason.TIME_OF_DAY,
        ),
        "divert": _spec(
            "Diverted by hand", "Someone diverted the call while it rang", "Ask who did", means=Reason.DIVERT
        ),
        "followMe": _spec(
            "Follow-me",
            "The user's follow-me, such as simultaneous ring, rang other phones as well",
            "Check that user's Single Number Reach and simultaneous ring",
            means=Reason.FOLLOW_ME,
        ),
        "huntGroup": _spec(
            "Hunt group",
            "The call went through a hunt group",
            "Check the members and the policy of the hunt group",
            means=Reason.HUNT_GROUP,
        ),
        "callQueue": _spec(
            "Call queue",
            "The call went through a call queue",
            "Check the queue's agents, and its settings for overflow and bounced calls",
            means=Reason.CALL_QUEUE,
        ),
        "unknown": _spec(
            "Redirected, reason unknown",
            "The call was redirected for an unknown reason",
            "Look at the other redirections",
            means=Reason.UNKNOWN,
        ),
    },
)

RECORDING = Words(
    "recording",
    "recordingState",
    {
        "pending": _spec(
            "Recording pending",
            "A recording was requested and has not started",
            "If this lasts, check the user's license and recording provider",
            means=RecordingState.PENDING,
        ),
        "started": _spec("Recording", "Webex is recording the call", means=RecordingState.RECORDING),
        "paused": _spec(
            "Recording paused",
            "Someone paused the recording",
            "Ask that person to resume it",
            means=RecordingState.PAUSED,
        ),
        "stopped": _spec(
            "Recording off",
            "The call is not being recorded; also reported for calls that were never recorded",
            "Look in Recordings: this word does not mean that there is one",
            means=RecordingState.STOPPED,
        ),
        "failed": _spec(
            "Recording failed",
            "The call could not be recorded",
            "Check the connection to the recording provider, and the user's recording settings",
            means=RecordingState.FAILED,
        ),
    },
)

RECALL = Words(
    "recall",
    "recall.type",
    {
        "park": _spec(
            "Park recall",
            "Nobody picked up a call that the user had parked, so it came back",
            "Check the recall time of call park, and who was to pick it up",
        )
    },
)

HISTORY = Words(
    "history",
    "type",
    {
        "placed": _spec("Placed", "The user placed the call"),
        "missed": _spec("Missed", "Nobody answered the incoming call", outcome=Outcome.NO_ANSWER),
        "received": _spec("Received", "The incoming call was answered", outcome=Outcome.ANSWERED),
    },
)

EVENT = Words(
    "event",
    "eventType",
    {
        "received": _seen("Incoming", "A call came in; in webhooks only"),
        "updated": _seen("Changed", "The call changed; in webhooks only"),
        "answered": _seen("Answered", "The call was answered; in webhooks only"),
        "disconnected": _seen("Ended", "The call ended; in webhooks only, where Webex also reports when"),
    },
)

ERROR = Words(
    "error",
    "errorCode",
    {
        "4003": _unconfirmed(
            "Wrong kind of token",
            "A Service App's token reads members' calls only, a user's token only the user's own",
            "Check member_id: a Service App's token needs it, a user's must be used without it",
            means=ForbiddenError,
        ),
        "4008": _unconfirmed(
            "No Webex Calling license",
            "The user has no Webex Calling license",
            "Check member_id, and the user's Webex Calling license in Control Hub",
            means=ConfigError,
        ),
        "9601": _unconfirmed(
            "User token needed",
            "This works with a user's own token only",
            "Use a user's own token, from an integration",
            means=ForbiddenError,
        ),
    },
)

_AGAIN = "Try again"

STATUS = Words(
    "http",
    "status",
    {
        "400": said(
            "Bad request",
            "Something in the request is invalid, or this kind of token is not accepted",
            "Read errorCode: 4003 or 9601",
        ),
        "401": said("Credentials refused", "Webex did not accept the access token", "Log in again"),
        "403": said(
            "Not allowed",
            "The token does not have the scope that this needs",
            "Add the scope spark:calls_read, for members spark-admin:calls_read",
        ),
        "404": said(
            "Not found",
            "No such call is in progress: it has ended, or is another user's",
            "For an ended call, read the detailed call history",
        ),
        "405": said("Method not allowed", "This method is not supported here", "Check base_url"),
        "409": said("Conflict", "The request conflicts with a rule; not returned for read requests"),
        "410": said("Gone", "The call is no longer available", "Look in the detailed call history"),
        "415": said("Unsupported media type", "A header is wrong", "Check for a proxy that changes headers"),
        "423": said("Locked", "The call is briefly not available", "Wait as long as Retry-After says"),
        "428": said(
            "Precondition required", "A file was not scanned, or a device login not approved; not returned for calls"
        ),
        "429": said("Rate limited", "Requests came too fast", "Wait as long as Retry-After says"),
        "500": said("Webex failed", "Webex had an internal error", "Give Cisco's support the tracking ID"),
        "502": said("Bad gateway", "Webex's gateway got no valid response from a server behind it", _AGAIN),
        "503": said("Overloaded", "Webex is overloaded", _AGAIN),
        "504": said("Gateway timeout", "A server behind Webex's gateway took too long", _AGAIN),
    },
)

STATES = {name: word.state for name, word in STATE.words.items()}
DIRECTIONS = meanings(PERSONALITY.words)
RECORDING_STATES = meanings(RECORDING.words)
REASONS = meanings(REDIRECTION.words)

ERRORS = meanings(ERROR.words)
"""Errors that the code determines: a 400 for a token of the wrong kind, a 404 for a user without Webex Calling."""

HINTS = hints(ERROR.words, *ERROR.words)

WORDS = (STATE, PERSONALITY, PARTY_TYPE, REDIRECTION, RECORDING, RECALL, HISTORY, EVENT, ERROR, STATUS)
