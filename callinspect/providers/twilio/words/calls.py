"""What Twilio's words about a call mean."""

from callinspect.model import Direction, Outcome, State, in_words
from callinspect.model.further import AnsweredBy
from callinspect.provider import Evidence, Word, Words, meanings, said

_DETECTION = "If nobody spoke, place such calls with machine detection, which tells people from voicemail"

STATES = {
    "queued": said(
        "Queued",
        "The call waits for its turn: the account may start only so many calls per second",
        "Compare queue_time, in milliseconds, with the account's limit",
        state=State.QUEUED,
        evidence=Evidence.SPEC,
    ),
    "ringing": said(
        "Ringing",
        "Twilio is dialing the number, or it rings; Twilio does not say which",
        "If this lasts, check the Timeout of the call or <Dial>",
        state=State.RINGING,
        evidence=Evidence.SPEC,
    ),
    "in-progress": said(
        "In progress", "The call was answered and is in progress", state=State.ACTIVE, evidence=Evidence.SPEC
    ),
    "completed": Word(
        State.ENDED,
        Outcome.ANSWERED,
        cause=in_words(
            "Completed",
            "The call was answered and has ended; Twilio does not say who hung up",
            _DETECTION,
        ),
        evidence=Evidence.SPEC,
    ),
    "busy": Word(
        State.ENDED,
        Outcome.BUSY,
        cause=in_words("Busy", "The called party was busy", "Try again later", sip=486, q850=17),
        evidence=Evidence.SPEC,
    ),
    "no-answer": Word(
        State.ENDED,
        Outcome.NO_ANSWER,
        cause=in_words(
            "No answer",
            "Nobody answered in time, or the call was rejected",
            "Compare the Timeout of the call or <Dial> with how long the call lasted",
            sip=480,
            q850=19,
        ),
        evidence=Evidence.SPEC,
    ),
    "canceled": Word(
        State.ENDED,
        Outcome.CANCELED,
        cause=in_words(
            "Canceled",
            "The call was ended before anyone answered: through the API, or because the caller gave up",
            "Check your application's log for an update of the call",
            sip=487,
            q850=16,
        ),
        evidence=Evidence.SPEC,
    ),
    "failed": Word(
        State.ENDED,
        Outcome.FAILED,
        cause=in_words(
            "Failed",
            "The call could not be connected; usually the number is not in use",
            "Read the call's notifications, which may say why: --with notifications",
        ),
        evidence=Evidence.SPEC,
    ),
}

STATUS = Words(
    "state",
    "status",
    STATES
    | {
        "completed": STATES["completed"]._replace(
            cause=in_words(
                "Completed",
                "The call was answered, perhaps by a voicemail, and has ended; Twilio does not say who hung up",
                _DETECTION,
            )
        ),
        "initiated": said(
            "Dialing",
            "Twilio has begun to dial; only status callbacks use this word, and the call itself says ringing",
            state=State.DIALING,
            evidence=Evidence.UNCONFIRMED,
        ),
        "answered": said(
            "Answered",
            "The call was answered; only status callbacks use this word, and the call itself says in-progress",
            state=State.ACTIVE,
            evidence=Evidence.UNCONFIRMED,
        ),
    },
)
"""For `explain`: what the word alone leaves open is said there, and the words of status callbacks are there as well."""

DIRECTION = Words(
    "direction",
    "direction",
    {
        "inbound": said("Inbound", "The call came in to a Twilio number or app", means=Direction.INBOUND),
        "outbound-api": said("Outbound, API", "Your application placed the call", means=Direction.OUTBOUND),
        "outbound-dial": said("Outbound, <Dial>", "A <Dial> of another call made this one", means=Direction.OUTBOUND),
        "trunking-originating": said(
            "Inbound, trunk", "The call came in from the phone network to your SIP trunk", means=Direction.INBOUND
        ),
        "trunking-terminating": said(
            "Outbound, trunk", "Your SIP trunk placed the call to the phone network", means=Direction.OUTBOUND
        ),
    },
)

DIRECTIONS = meanings(DIRECTION.words)

ANSWERED_BY = Words(
    "answered-by",
    "answered_by",
    {
        "human": said("A person", "Machine detection heard a person", means=AnsweredBy.HUMAN),
        "machine": said("A machine", "Machine detection heard a machine", means=AnsweredBy.MACHINE),
        "machine_start": said(
            "A machine, greeting", "Machine detection heard a machine begin its greeting", means=AnsweredBy.MACHINE
        ),
        "machine_end_beep": said(
            "A machine, after the beep",
            "A machine answered, and its greeting ended with a beep",
            means=AnsweredBy.MACHINE,
        ),
        "machine_end_silence": said(
            "A machine, after silence",
            "A machine answered, and silence followed its greeting",
            means=AnsweredBy.MACHINE,
        ),
        "machine_end_other": said(
            "A machine, greeting over",
            "A machine answered, and its greeting ended with neither a beep nor silence",
            means=AnsweredBy.MACHINE,
        ),
        "fax": said("A fax machine", "Machine detection heard a fax machine", means=AnsweredBy.FAX),
        "unknown": said(
            "Unknown", "Machine detection could not tell", "Check MachineDetectionTimeout", means=AnsweredBy.UNKNOWN
        ),
    },
)

ANSWERED = meanings(ANSWERED_BY.words)

_KNOWN = {
    "A": "the signing carrier knows the caller and the caller's right to the number",
    "B": "the signing carrier knows the caller, but not the caller's right to the number",
    "C": "the signing carrier only passed the call on and does not know the caller",
}
_WAYS = {
    "": "",
    "-Diverted": "; the call was diverted on its way",
    "-Passthrough": "; an earlier carrier signed it, and the signature was passed on",
}
_RESULTS = {
    "Passed": "The signature of the caller's number is valid: {known}",
    "Failed": "The signature of the caller's number is invalid; it claims attestation {letter}",
}
_DISTRUST = "Do not rely on the caller ID"

VERIFICATION = Words(
    "verification",
    "stir_verstat",
    {
        f"TN-Validation-{result}-{letter}{way}": said(
            f"Verification {result.lower()}, {letter}",
            f"{signature.format(letter=letter, known=known)}{how}",
            None if result == "Passed" and letter != "C" else _DISTRUST,
        )
        for result, signature in _RESULTS.items()
        for letter, known in _KNOWN.items()
        for way, how in _WAYS.items()
    }
    | {
        "TN-Validation-Failed": said(
            "Verification failed", "The signature of the caller's number could not be checked", _DISTRUST
        ),
        "No-TN-Validation": said(
            "Not verified", "The caller's number has an invalid form, or its signature could not be read", _DISTRUST
        ),
        "NULL": said("Not signed", "The caller's number came without a signature"),
    },
)
