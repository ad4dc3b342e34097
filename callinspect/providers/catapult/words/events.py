"""What Catapult's words about the events of a call mean, and about diversions, which only callbacks have."""

from callinspect.model import Outcome, in_words
from callinspect.model.timeline import Happened
from callinspect.provider import Word, Words, meanings, said

EVENT = Words(
    "event",
    "name",
    {
        "create": said("Created", "Catapult created the call", means=Happened.CREATED),
        "incomingcall": said("Incoming", "Your application was notified of an incoming call", means=Happened.CALLED),
        "answer": said("Answered", "Someone answered, or your application did", means=Happened.ANSWERED),
        "playback": said("Playback", "An audio file started or stopped; data says which", means=Happened.PLAYED),
        "speak": said("Speech", "The call flow spoke a sentence", means=Happened.SPOKE),
        "gather": said(
            "Digits collected", "The call flow collected the digits that it waited for", means=Happened.COLLECTED
        ),
        "dtmf": said("Key pressed", "A party pressed a key", means=Happened.KEYED),
        "recording": said("Recording", "A recording has a new state", means=Happened.OTHER),
        "transcription": said("Transcription", "A transcription has a new state", means=Happened.TRANSCRIBED),
        "CHANNEL_EXECUTE": said("Step began", "The switch began the step that data names", means=Happened.STEP),
        "CHANNEL_EXECUTE_COMPLETE": said(
            "Step done", "The switch finished a step, possibly after the hangup", means=Happened.STEP
        ),
        "timeout": Word(
            outcome=Outcome.NO_ANSWER,
            says=in_words(
                "Timed out",
                "Nobody answered within callTimeout",
                "Compare callTimeout with how long the phone rings before voicemail",
                sip=480,
                q850=19,
            ),
            means=Happened.OTHER,
        ),
        "reject": Word(
            outcome=Outcome.REJECTED,
            says=in_words(
                "Rejected",
                "Your application rejected the call",
                "Look for the reason in your application's log",
                sip=603,
                q850=21,
            ),
            means=Happened.DECLINED,
        ),
        "error": said("Error", "Something failed; data says what", "Read the event's data", means=Happened.ERROR),
        "hangup": said("Ended", "The call is over; data has the cause", means=Happened.ENDED),
    },
)


def _diverted(
    title: str, explanation: str, next_: str | None = None, *, sip: int | None = None, q850: int | None = None
) -> Word:
    return Word(says=in_words(title, f"{explanation}; in callbacks only", next_, sip=sip, q850=q850))


DIVERSION = Words(
    "redirection",
    "diversion.reason",
    {
        "unknown": _diverted("Diverted, reason unknown", "The call was diverted for an unknown reason"),
        "user-busy": _diverted(
            "Diverted on busy",
            "The original called number was busy",
            "Check that number's forwarding on busy",
            sip=486,
            q850=17,
        ),
        "no-answer": _diverted(
            "Diverted on no answer",
            "The original called number did not answer",
            "Check that number's forwarding on no answer",
            sip=480,
            q850=19,
        ),
        "unavailable": _diverted(
            "Diverted when unreachable",
            "The original called number was unreachable",
            "Check that the phone there is registered",
            sip=480,
            q850=20,
        ),
        "unconditional": _diverted(
            "Always diverted",
            "The original called number forwards every call",
            "Check that number's forwarding",
            sip=302,
            q850=23,
        ),
        "time-of-day": _diverted(
            "Diverted by schedule",
            "The original called number diverts calls on a schedule",
            "Check the schedule",
            sip=302,
            q850=23,
        ),
        "do-not-disturb": _diverted(
            "Diverted by do-not-disturb",
            "The original called user had do-not-disturb on",
            "Check do-not-disturb on that phone",
            sip=480,
        ),
        "deflection": _diverted(
            "Diverted by hand", "Someone diverted the call while it rang", "Ask who did", sip=302, q850=23
        ),
        "follow-me": _diverted(
            "Follow-me",
            "The original called user has calls follow them to other numbers",
            "Check follow-me there",
            sip=302,
            q850=23,
        ),
        "out-of-service": _diverted(
            "Diverted, out of service",
            "The original called line is out of service",
            "Check that line",
            sip=502,
            q850=27,
        ),
        "away": _diverted(
            "Diverted, away", "The original called user is set to away", "Check that user's presence", sip=480
        ),
    },
)

EVENTS = meanings(EVENT.words)
