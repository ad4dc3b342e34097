"""What Asterisk's words about a channel mean."""

from functools import partial

from callinspect.model import Direction, Outcome, Reason, State, in_words
from callinspect.provider import Evidence, Word, Words, meanings, said

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

STATES = STATE.words

APPLICATION = Words(
    "application",
    "dialplan.app_name",
    {
        "Busy": Word(
            outcome=Outcome.BUSY,
            cause=in_words(
                "Busy",
                "The dialplan played busy tone to the caller",
                "See in the dialplan what led to Busy",
                sip=486,
                q850=17,
            ),
        ),
        "Congestion": Word(
            outcome=Outcome.FAILED,
            cause=in_words(
                "Congestion",
                "The dialplan played congestion tone to the caller",
                "See in the dialplan what led to Congestion, often a Dial that failed",
                sip=503,
                q850=34,
            ),
        ),
    },
)

APPLICATIONS = APPLICATION.words

CAUSES = {
    "0": Word(
        outcome=Outcome.UNANSWERED,
        cause=in_words(
            "No cause set",
            "The leg ended without a cause, as when Dial's timeout is over or the dialplan comes to its end",
            "Compare how long it rang with the timeout of Dial",
        ),
    ),
    "1": Word(
        outcome=Outcome.FAILED,
        cause=in_words(
            "No such number",
            "The number or extension does not exist where it was called",
            "Check the number, and the context that its extension should be in",
            sip=404,
            q850=1,
        ),
    ),
    "3": Word(
        outcome=Outcome.FAILED,
        cause=in_words(
            "No route",
            "There is no way to the called endpoint or number",
            "Check the endpoint's name in Dial, its contacts, and the trunk's route",
            sip=404,
            q850=3,
        ),
    ),
    "16": Word(
        cause=in_words(
            "Hung up", "One side hung up, or the dialplan did", "Asterisk does not say which; see its log", q850=16
        ),
        unanswered=in_words(
            "Hung up",
            "It was ended before anyone answered: by the caller, or by Hangup in the dialplan",
            "Check how long it rang before that",
            q850=16,
        ),
    ),
    "17": Word(
        outcome=Outcome.BUSY,
        cause=in_words(
            "Busy",
            "The called party was busy",
            "Try later; check the phone's call waiting and device_state_busy_at of the endpoint",
            sip=486,
            q850=17,
        ),
    ),
    "18": Word(
        outcome=Outcome.NO_ANSWER,
        cause=in_words(
            "No response",
            "The called side did not react at all",
            "Check that the phone or trunk can be reached: pjsip show endpoint NAME",
            sip=408,
            q850=18,
        ),
    ),
    "19": Word(
        outcome=Outcome.NO_ANSWER,
        cause=in_words(
            "No answer",
            "It rang, but nobody answered in time",
            "Compare Dial's timeout with how long the phone rings before voicemail",
            sip=480,
            q850=19,
        ),
    ),
    "20": Word(
        outcome=Outcome.NO_ANSWER,
        cause=in_words(
            "Not registered",
            "The called endpoint had no reachable contact",
            "Check its registration: pjsip show contacts",
            sip=480,
            q850=20,
        ),
    ),
    "21": Word(
        outcome=Outcome.REJECTED,
        cause=in_words(
            "Rejected",
            "The called side refused the call",
            "Ask the called person at 603; at 403 check the trunk's credentials and the caller's number",
            sip=603,
            q850=21,
        ),
    ),
    "26": Word(
        outcome=Outcome.CANCELED,
        cause=in_words(
            "Answered elsewhere",
            "Another phone that rang for this call answered it",
            "Nothing went wrong: find the leg that is Up",
            q850=26,
        ),
    ),
    "31": Word(
        outcome=Outcome.UNANSWERED,
        cause=in_words(
            "No reason given",
            "The call ended normally; nobody said why",
            "Check the logs at both ends",
            sip=480,
            q850=31,
        ),
    ),
    "34": Word(
        outcome=Outcome.FAILED,
        cause=in_words(
            "Congestion",
            "No channel was free, or the far end could not take the call",
            "Check the trunk's limit of concurrent calls, then its provider",
            sip=503,
            q850=34,
        ),
    ),
    "38": Word(
        outcome=Outcome.FAILED,
        cause=in_words(
            "Network out of order",
            "The network or trunk beyond Asterisk did not work",
            "Check the trunk's status, and use another route meanwhile",
            sip=503,
            q850=38,
        ),
    ),
    "58": Word(
        outcome=Outcome.FAILED,
        cause=in_words(
            "No common codec",
            "The two sides have no codec or media setting in common",
            "Compare allow= of the endpoint with what the far end offers",
            sip=488,
            q850=58,
        ),
    ),
    "127": Word(
        outcome=Outcome.UNANSWERED,
        cause=in_words(
            "No reason given", "The far end gave no reason that Asterisk knows", "Check its log at that time", q850=127
        ),
        unanswered=in_words(
            "No reason given",
            "It ended without a reason; with SIP 487 the caller gave up",
            "Nothing need be wrong: most phones cancel a call without a reason",
            q850=127,
        ),
    ),
}
"""Any other is what Q.850 has it mean. 16 and 127 do not settle the outcome alone."""

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

WORDS = (Words("cause", "cause", CAUSES, is_q850=True), APPLICATION, STATE, REDIRECTION, PRESENTATION)
