"""The states of a channel, and its variables with words for values."""

from functools import partial

from callinspect.model import Direction, Outcome, Reason, State
from callinspect.provider import Evidence, Words, meanings, said

_spec = partial(said, evidence=Evidence.SPEC)
_inferred = partial(said, evidence=Evidence.INFERRED)

STATE = Words(
    "state",
    "state",
    {
        "Down": _spec(
            "Being set up",
            "Asterisk is making this leg, and it does not ring yet",
            "If this lasts, check that the endpoint is registered or the trunk reachable",
            state=State.DIALING,
            means=Direction.OUTBOUND,
        ),
        "Rsrvd": _inferred("Reserved", "The line is reserved for a call; analog and ISDN", state=State.DIALING),
        "Rsrved": _spec("Reserved", "The line is reserved for a call; analog and ISDN", state=State.DIALING),
        "OffHook": _spec("Off hook", "The handset is off the hook; analog and ISDN", state=State.DIALING),
        "Dialing": _spec(
            "Dialing", "The digits have been dialed; analog and ISDN", state=State.DIALING, means=Direction.OUTBOUND
        ),
        "Ring": _spec(
            "Calling in",
            "The far end is calling Asterisk, which has not answered; nothing need be ringing yet",
            "Read the leg that is being called, which is Ringing, or see in dialplan what is being done",
            state=State.RINGING,
            means=Direction.INBOUND,
        ),
        "Ringing": _spec(
            "Ringing",
            "The called phone is ringing",
            "If this lasts, compare Dial's timeout with how long the phone rings before voicemail",
            state=State.RINGING,
            means=Direction.OUTBOUND,
        ),
        "Up": _spec("Answered", "The leg is answered; whether it is on hold is in its variables", state=State.ACTIVE),
        "Busy": _spec(
            "Refused by the dialplan",
            "Busy or congestion tone is being played until the caller hangs up",
            "See dialplan.app_name: Busy or Congestion",
            state=State.ENDED,
            outcome=Outcome.UNKNOWN,
        ),
        "Dialing Offhook": _spec(
            "Dialing, off hook", "Digits were dialed while off hook; analog and ISDN", state=State.DIALING
        ),
        "Pre-ring": _spec(
            "Before the first ring",
            "A call is coming in on an analog line, before its first ring",
            state=State.RINGING,
            means=Direction.INBOUND,
        ),
        "Mute": _inferred("Muted", "Audio is not passed on; says nothing about the call", state=State.UNKNOWN),
        "Unknown": _spec("Unknown", "Asterisk has no name for the state; its number may follow", state=State.UNKNOWN),
    },
)

REDIRECTION = Words(
    "redirection",
    "REDIRECTING(reason)",
    {
        "cfb": said("Busy", "Forwarded because the called line was busy", means=Reason.BUSY),
        "cfnr": said("No answer", "Forwarded because nobody answered", means=Reason.NO_ANSWER),
        "unavailable": said(
            "Unavailable", "Forwarded because the phone could not be reached", means=Reason.UNAVAILABLE
        ),
        "cfu": said("Always", "All calls to that number are forwarded", means=Reason.UNCONDITIONAL),
        "time_of_day": said("Time of day", "Forwarded because of the time of day", means=Reason.TIME_OF_DAY),
        "deflection": said("Deflected", "Sent on by the called phone while it rang", means=Reason.DIVERT),
        "follow_me": said("Follow me", "Forwarded to where the person is now", means=Reason.FOLLOW_ME),
        "dnd": said("Do not disturb", "Forwarded because of do not disturb", means=Reason.UNKNOWN),
        "away": said("Away", "Forwarded because the person is away", means=Reason.UNKNOWN),
        "cf_dte": said("By the device", "Forwarded by the called equipment", means=Reason.UNKNOWN),
        "out_of_order": said("Out of order", "Forwarded because the line is out of order", means=Reason.UNKNOWN),
        "send_to_vm": said("To voicemail", "Sent to voicemail by the called phone", means=Reason.UNKNOWN),
        "unknown": said("Unknown", "Forwarded; the reason was not given", means=Reason.UNKNOWN),
    },
)

PRESENTATION = Words(
    "presentation",
    "CALLERID(num-pres)",
    {
        "allowed": said("Shown", "The number may be shown"),
        "allowed_not_screened": said("Shown", "The number may be shown, and nobody has checked it"),
        "allowed_passed_screen": said("Shown", "The number may be shown, and was checked"),
        "allowed_failed_screen": said("Shown", "The number may be shown, though it failed the check"),
        "prohib": said("Withheld", "The number must not be shown to the other side"),
        "prohib_not_screened": said("Withheld", "The number must not be shown; nobody has checked it"),
        "prohib_passed_screen": said("Withheld", "The number must not be shown; it was checked"),
        "prohib_failed_screen": said("Withheld", "The number must not be shown; it failed the check"),
        "unavailable": said("No number", "The network sent no number"),
    },
)

REASONS = meanings(REDIRECTION.words)

_LASTS = "not an outcome while the call lasts"

DISPOSITION = Words(
    "disposition",
    "CDR(disposition)",
    {
        "ANSWERED": said("Answered", f"The channel was answered; {_LASTS}"),
        "NO ANSWER": said(
            "Not answered", f"The CDR has no answer yet, as before a bridge even if it was answered; {_LASTS}"
        ),
        "BUSY": said("Busy", f"What was dialed last was busy; {_LASTS}"),
        "FAILED": said("Failed", f"What was dialed last could not be reached; {_LASTS}"),
        "CONGESTION": said("Congestion", f"What was dialed last had no free line; {_LASTS}"),
    },
)

DIALED = Words(
    "dialed",
    "DIALSTATUS",
    {
        "ANSWER": said("Answered", f"The last Dial was answered; {_LASTS}"),
        "BUSY": said("Busy", f"The last Dial found everyone busy; {_LASTS}"),
        "NOANSWER": said("Not answered", f"The last Dial ran out of time; {_LASTS}"),
        "CANCEL": said("Canceled", f"The caller gave up, or sent DTMF that ends it, during the last Dial; {_LASTS}"),
        "CONGESTION": said("Congestion", f"The last Dial found no free line; {_LASTS}"),
        "CHANUNAVAIL": said(
            "Not reachable",
            f"The last Dial could reach nobody; {_LASTS}",
            "Check the endpoint's name in Dial, and its registration: pjsip show contacts",
        ),
        "DONTCALL": said("Sent away", f"The called person sent the caller away (privacy manager); {_LASTS}"),
        "TORTURE": said(
            "Sent to the torture menu", f"The called person sent the caller there (privacy manager); {_LASTS}"
        ),
        "INVALIDARGS": said(
            "Wrong arguments", f"The last Dial's arguments are wrong; {_LASTS}", "Check Dial in the dialplan"
        ),
    },
)
