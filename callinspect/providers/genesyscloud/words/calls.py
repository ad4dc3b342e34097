"""What Genesys Cloud's words about a conversation and those who take part in it mean."""

from callinspect.model import Direction, EndedBy, Outcome, Reason, RecordingState, State, in_words
from callinspect.model.further import Role
from callinspect.provider import Word, Words, meanings, said

CUT_OFF = "If the call was cut off, check that participant's phone or browser"
FLOW = "Check the flow that handled the call"
_WHERE = "Look at who took the call next"
_PLATFORM_LOG = "Look at the edge or trunk that carried the call"
_RULES = "Read the user's forwarding and availability settings"
_UNTAKEN = "Check why the call was not taken: status, phone, alerting timeout"


def _ends(title: str, explanation: str, next_: str, outcome: Outcome | None = None) -> Word:
    """Return a word for why a participant's part in the call ended."""
    return Word(outcome=outcome, cause=in_words(title, explanation, next_))


def _platform(title: str, explanation: str, next_: str, outcome: Outcome | None = None) -> Word:
    return _ends(title, explanation, next_)._replace(outcome=outcome, ended_by=EndedBy.PLATFORM)


def _passed(title: str, why: str, next_: str, outcome: Outcome | None = None) -> Word:
    """Return a word for why a participant passed a call on, or where nobody was left who could take it, did not."""
    word = _ends(title, f"{why}, so the call was forwarded", next_, outcome)
    return word._replace(unanswered=in_words("Not taken", why, next_))


_DISCONNECT = {
    "endpoint": _ends("Phone hung up", "The participant's own phone hung up, or refused the call", CUT_OFF),
    "client": _ends("Client hung up", "The participant hung up, or declined, in Genesys Cloud", CUT_OFF),
    "peer": _ends("Other side hung up", "The other side hung up", "See the other participants' disconnectType"),
    "system": _platform("Ended by Genesys Cloud", "Genesys Cloud ended the call", FLOW),
    "timeout": _platform(
        "Timed out",
        "Nobody answered while it was dialed",
        "Compare the dialing timeout with how long the phone rings",
        Outcome.NO_ANSWER,
    ),
    "error": _platform("Error", "Genesys Cloud met an error", _PLATFORM_LOG, Outcome.FAILED),
    "transport.failure": _platform("Transport failed", "The connection broke", _PLATFORM_LOG, Outcome.FAILED),
    "inactivity": _platform("Inactive", "Genesys Cloud ended the call since nothing happened on it", FLOW),
    "session.expired": _platform("Session expired", "Genesys Cloud ended the call when its session ran out", FLOW),
    "takeover": _platform("Taken over", "Another session of the participant took the call over", _WHERE),
    "spam": _platform("Spam", "Genesys Cloud took the call for spam", "Check the spam rules", Outcome.REJECTED),
    "uncallable": _platform(
        "Not callable",
        "The number may not be called",
        "Check do-not-call lists and the campaign's rules",
        Outcome.FAILED,
    ),
    "endpoint.donotdisturb": _ends(
        "Do not disturb", "The participant's phone does not take calls now", "Try again later", Outcome.REJECTED
    ),
    "transfer": _ends("Transferred", "The call was passed on", _WHERE),
    "transfer.conference": _ends("Transferred to a conference", "The call was passed on into a conference", _WHERE),
    "transfer.consult": _ends("Transferred after consulting", "The call was passed on after consulting", _WHERE),
    "transfer.donotdisturb": _passed("Passed on: do not disturb", "The user takes no calls", _RULES),
    "transfer.forward": _passed("Forwarded", "The user forwards calls", _RULES),
    "transfer.noanswer": _passed("Passed on: no answer", "The user did not respond", _UNTAKEN, Outcome.NO_ANSWER),
    "transfer.notavailable": _passed("Passed on: not available", "The user is not available", _RULES),
    "other": _ends("Other", "It ended for a reason that Genesys Cloud has no word for", FLOW),
}

_DOTTED = {
    "transportFailure": "transport.failure",
    "sessionExpired": "session.expired",
    "dndEndpoint": "endpoint.donotdisturb",
    "conferenceTransfer": "transfer.conference",
    "consultTransfer": "transfer.consult",
    "dndTransfer": "transfer.donotdisturb",
    "forwardTransfer": "transfer.forward",
    "noAnswerTransfer": "transfer.noanswer",
    "notAvailableTransfer": "transfer.notavailable",
}
"""Words of the analytics that calls write in another way."""


def dotted(word: str | None) -> str | None:
    """Return why a part in a call ended as calls write it."""
    return _DOTTED.get(word, word) if word else None


DISCONNECT = Words(
    "cause",
    "disconnectType",
    # `explain` finds a word without its dots.
    _DISCONNECT | {each: _DISCONNECT[word] for each, word in _DOTTED.items() if each.lower() != word.replace(".", "")},
)
"""Relative to the participant: whoever called or was called at the other side of the organization."""

CAUSES = DISCONNECT.words

HUNG_UP = frozenset({"client", "endpoint"})
"""What a participant who hangs up ends with."""

BY_PLATFORM = frozenset(word for word, said in CAUSES.items() if said.ended_by is EndedBy.PLATFORM)

TRANSFER = "transfer"
"""What the words begin with of those who passed a call on."""

REASONS = {
    "transfer.noanswer": Reason.NO_ANSWER,
    "transfer.notavailable": Reason.UNAVAILABLE,
    "transfer.donotdisturb": Reason.UNAVAILABLE,
    "transfer.forward": Reason.UNCONDITIONAL,
}
"""Why they did."""

STATE = Words(
    "state",
    "state",
    {
        "alerting": said("Alerting", "The participant's phone rings", state=State.RINGING),
        "dialing": said("Dialing", "The number is being dialed", state=State.DIALING),
        "contacting": said("Contacting", "The far end is being reached; it does not ring yet", state=State.DIALING),
        "offering": said("Offering", "The call is being offered to the participant", state=State.RINGING),
        "connected": said("Connected", "The participant is on the call", state=State.ACTIVE),
        "disconnected": said("Disconnected", "The participant has left the call", state=State.ENDED),
        "terminated": said("Terminated", "The participant has left the call", state=State.ENDED),
        "parked": said("Parked", "The call is parked, to be picked up elsewhere", state=State.HELD),
        "converting": said("Converting", "A fax is being converted", state=State.UNKNOWN),
        "uploading": said("Uploading", "A fax is being uploaded", state=State.UNKNOWN),
        "transmitting": said("Transmitting", "A fax is being sent", state=State.UNKNOWN),
        "none": said("None", "The participant has no state", state=State.UNKNOWN),
    },
)

OVER = frozenset({"terminated", "disconnected"})
REACHING = frozenset({"dialing", "contacting"})
RINGING = frozenset({"alerting", "offering"})

PURPOSE = Words(
    "purpose",
    "purpose",
    {
        "customer": said("Customer", "The outside party of a contact center's call", means=Role.CUSTOMER),
        "external": said("External", "An outside party", means=Role.CUSTOMER),
        "agent": said("Agent", "A user who took it from a queue", means=Role.AGENT),
        "user": said("User", "A user of the organization", means=Role.AGENT),
        "acd": said("Queue", "A queue of the contact center", means=Role.QUEUE),
        "ivr": said("IVR", "A flow that talks to the caller", means=Role.IVR),
        "workflow": said("Workflow", "A flow without a caller", means=Role.IVR),
        "botflow": said("Bot flow", "A bot that talks to the caller", means=Role.IVR),
        "voicesurveyflow": said("Survey", "A survey after the call", means=Role.IVR),
        "voicemail": said("Voicemail", "A voicemail box", means=Role.VOICEMAIL),
        "dialer": said("Dialer", "The dialer of a campaign"),
        "campaign": said("Campaign", "An outbound campaign"),
        "api": said("API", "An application that placed the call"),
        "fax": said("Fax", "A fax machine of Genesys Cloud's"),
        "group": said("Group", "A group of users"),
        "station": said("Station", "A phone that no user is logged in to"),
        "manual": said("Manual", "A call that was placed by hand"),
        "inbound": said("Inbound", "The inbound side of the call"),
        "outbound": said("Outbound", "The outbound side of the call"),
    },
)
ROLES = meanings(PURPOSE.words)

OUTSIDE = frozenset({"customer", "external"})
PEOPLE = frozenset({"agent", "user"})
QUEUE = "acd"
VOICEMAIL = "voicemail"
MACHINES = PURPOSE.words.keys() - OUTSIDE - PEOPLE

DIRECTION = Words(
    "direction",
    "direction",
    {
        "inbound": said("Inbound", "The participant called in", means=Direction.INBOUND),
        "outbound": said("Outbound", "The participant was called", means=Direction.OUTBOUND),
    },
)
DIRECTIONS = meanings(DIRECTION.words)

RECORDING = Words(
    "recording-state",
    "recordingState",
    {
        "none": said("Not recording", "The call is not being recorded now"),
        "active": said("Recording", "The call is being recorded", means=RecordingState.RECORDING),
        "paused": said("Paused", "The recording is paused", means=RecordingState.PAUSED),
    },
)
RECORDING_STATES = meanings(RECORDING.words)


MEDIA = (
    ("callback", "a callback that was not dialed"),
    ("chat", "a chat"),
    ("cobrowse", "a shared browser session"),
    ("email", "an email"),
    ("internalmessage", "an internal message"),
    ("message", "a message"),
    ("screenmonitoring", "a monitored screen"),
    ("screenshare", "a shared screen"),
    ("video", "a video session"),
)
"""What a conversation is that has no call, by the medium of its sessions."""

VOICE = "voice"
