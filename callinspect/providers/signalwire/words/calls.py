"""What SignalWire's words about a call mean: those of the compatibility record, and the further ones of voice logs."""

from functools import partial

from callinspect.model import Direction, EndedBy, Outcome, State, in_words
from callinspect.model.further import AnsweredBy
from callinspect.provider import Evidence, Word, Words, meanings, said

_spec = partial(said, evidence=Evidence.SPEC)

STATES = {
    "completed": Word(
        State.ENDED,
        Outcome.ANSWERED,
        cause=in_words(
            "Completed",
            "The call was answered and has ended; SignalWire does not say who hung up",
            "If nobody spoke, check whether a machine or only your own application answered",
        ),
    ),
    "busy": Word(
        State.ENDED,
        Outcome.BUSY,
        cause=in_words("Busy", "The called party was busy", "Try again later", sip=486, q850=17),
    ),
    "no-answer": Word(
        State.ENDED,
        Outcome.NO_ANSWER,
        cause=in_words(
            "No answer",
            "The called party did not answer in time",
            "Compare the dial timeout with how long the phone rings before voicemail",
            sip=480,
            q850=19,
        ),
    ),
    "canceled": Word(
        State.ENDED,
        Outcome.CANCELED,
        cause=in_words(
            "Canceled",
            "The call was canceled while it was queued or ringing",
            "Check whether your application canceled it, or the caller hung up first",
            sip=487,
            q850=16,
        ),
    ),
    "failed": Word(
        State.ENDED,
        Outcome.FAILED,
        cause=in_words(
            "Failed",
            "The call could not be set up, in most cases because the number does not exist",
            "Check the number, and the SIP code if there is one; without one, check the project's limits too",
        ),
    ),
    "ended": _spec(
        "Ended",
        "The call is over; the voice log does not say how it came out",
        "Read the log's events, or your application's own record of the call",
        state=State.ENDED,
        outcome=Outcome.UNKNOWN,
    ),
    "queued": said(
        "Queued",
        "The call is waiting to be placed",
        "If this lasts, compare with how many calls per second the project may place",
        state=State.QUEUED,
    ),
    "created": _spec(
        "Created", "The call exists, and nobody has answered it yet; in voice logs only", state=State.DIALING
    ),
    "initiated": said(
        "Dialing started", "The call is being set up, and does not ring yet; in voice logs only", state=State.DIALING
    ),
    "ringing": said(
        "Ringing",
        "The called side is being alerted",
        "If this lasts, ask the called side whether it rings",
        state=State.RINGING,
    ),
    "in-progress": said("In progress", "The call was answered and is going on", state=State.ACTIVE),
    "answered": _spec("Answered", "The call was answered and is going on; in voice logs only", state=State.ACTIVE),
    "joined": _spec("In the video room", "The leg is in its video room; in voice logs only", state=State.ACTIVE),
    "ending": _spec(
        "Hanging up", "The call is being hung up, answered or not; in voice logs only", state=State.ACTIVE
    )._replace(is_ending=True),
}

AT_THE_CARRIER = in_words(
    "Failed", "The carrier could not place the call", "Try again later; if it lasts, ask SignalWire, with the call's ID"
)._replace(code="failed")

AT_THE_PLATFORM = in_words(
    "Failed",
    "SignalWire itself did not place the call, probably because of a limit",
    "Check the project's limits and the number",
)._replace(code="failed")

STATUS = Words("status", "status", STATES)

END_REASON = Words(
    "end-reason",
    "end_reason",
    {
        "hangup": Word(
            says=in_words("Hung up", "One side hung up; in Relay events only", "Check who did in your application")
        ),
        "cancel": Word(
            outcome=Outcome.CANCELED,
            says=in_words("Canceled", "The call was canceled before an answer; in Relay events only", sip=487, q850=16),
        ),
        "busy": Word(
            outcome=Outcome.BUSY,
            says=in_words(
                "Busy", "The called party was busy; in Relay events only", "Try again later", sip=486, q850=17
            ),
        ),
        "noAnswer": Word(
            outcome=Outcome.NO_ANSWER,
            says=in_words(
                "No answer",
                "The called party did not answer in time; in Relay events only",
                "Compare the dial timeout with how long the phone rings before voicemail",
                sip=480,
                q850=19,
            ),
        ),
        "decline": Word(
            outcome=Outcome.REJECTED,
            ended_by=EndedBy.CALLEE,
            says=in_words(
                "Declined",
                "The called party declined the call; in Relay events only",
                "Find out whether a person or a filter declined it",
                sip=603,
                q850=21,
            ),
        ),
        "error": Word(
            outcome=Outcome.FAILED,
            says=in_words("Failed", "The call failed; in Relay events only", "Read the events around it"),
        ),
        "abandoned": Word(
            outcome=Outcome.CANCELED,
            ended_by=EndedBy.CALLER,
            says=in_words(
                "Abandoned",
                "The caller hung up before an answer; in Relay events only",
                "Check how long the caller waited",
                sip=487,
                q850=16,
            ),
        ),
        "max_duration": Word(
            ended_by=EndedBy.PLATFORM,
            says=in_words(
                "Maximum duration reached",
                "The call reached its time limit and was ended; in Relay events only",
                "Raise the call's maximum duration if it was too short",
            ),
        ),
        "not_found": Word(
            outcome=Outcome.FAILED,
            says=in_words(
                "Not found",
                "There is nothing at the called address; in Relay events only",
                "Check the number or address that was called",
                sip=404,
                q850=1,
            ),
        ),
    },
)

DIRECTION = Words(
    "direction",
    "direction",
    {
        "inbound": _spec("Inbound", "The call came in", means=Direction.INBOUND),
        "outbound": _spec("Outbound", "The call was placed", means=Direction.OUTBOUND),
        "outbound-api": _spec(
            "Outbound, from the API", "The call was placed by an API request", means=Direction.OUTBOUND
        ),
        "outbound-dial": _spec(
            "Outbound, dialed on a call",
            "The leg was placed from another call, which is its parent",
            "Get the parent leg, too",
            means=Direction.OUTBOUND,
        ),
    },
)

WHO = Words(
    "answered-by",
    "answered_by",
    {
        "human": _spec("A person", "A person answered, according to machine detection", means=AnsweredBy.HUMAN),
        "machine": _spec("A machine", "Voicemail or another machine answered", means=AnsweredBy.MACHINE),
    },
)

TYPE = Words(
    "type",
    "type",
    {
        "laml_call": _spec("Compatibility call", "A call run by cXML (LaML); it has a compatibility record as well"),
        "relay_pstn_call": _spec("Relay, telephone", "A Relay, SWML or AI call with the telephone network"),
        "relay_sip_call": _spec("Relay, SIP", "A Relay, SWML or AI call with a SIP endpoint"),
        "relay_webrtc_call": _spec("Relay, browser or app", "A Relay, SWML or AI call with a browser or app"),
        "video_room_pstn_leg": _spec("Video room, telephone", "A telephone in a video room"),
        "video_room_sip_leg": _spec("Video room, SIP", "A SIP endpoint in a video room"),
        "dialogflow_call": _spec("Dialogflow", "A call with a Dialogflow agent; its direction is not reported"),
        "fabric_subscriber_device_leg": _spec(
            "Subscriber's device", "A device of a Call Fabric subscriber; its status is not reported"
        ),
    },
)

SOURCE = Words(
    "source",
    "source",
    {
        "laml": _spec("Compatibility API", "The call was run by cXML (LaML)"),
        "realtime_api": _spec("Realtime API", "The call was run by Relay, SWML or Call Fabric"),
        "dialogflow": _spec("Dialogflow", "The call was run by a Dialogflow agent"),
    },
)

DIRECTIONS = meanings(DIRECTION.words)
ANSWERED_BY = meanings(WHO.words)
