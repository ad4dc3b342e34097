"""What Plivo's hangup cause codes mean: of calls, not of SIP trunking (Zentrunk), where they mean something else."""

from callinspect.model import Outcome, in_words
from callinspect.provider import Word, Words

_GEO = "Allow the destination in the console: Voice > Geo permissions"
_LOG = "Look at the call's debug log in the console"
_SUPPORT = "Try again; if it persists, give Plivo's support the call's ID"
_LATER = "Try again later; if it persists, give Plivo's support the call's ID"
_CALLER_ID = "Check the caller ID: a number of your account, in E.164 format"
_CHECK_NUMBER = "Check the number and its format (E.164)"
_SERVER = "Check that your server answers there with HTTP 200 and in time"
_ADDRESS = "Check the address in your XML or API request: it must begin with http:// or https://"
_METHOD = "Use GET or POST in your XML or API request"
_XML = "Check the XML that your server returned: well-formed, in Plivo's elements, without a DOCTYPE"
_NOTHING = "Nothing needs to be done"


def _failed(title: str, explanation: str, next_: str, sip: int | None = None, q850: int | None = None) -> Word:
    return Word(outcome=Outcome.FAILED, cause=in_words(title, explanation, next_, sip=sip, q850=q850))


def _rejected(title: str, explanation: str, next_: str, sip: int, q850: int = 21) -> Word:
    return Word(outcome=Outcome.REJECTED, cause=in_words(title, explanation, next_, sip=sip, q850=q850))


_ENDS = {
    "0": Word(
        outcome=Outcome.UNKNOWN,
        cause=in_words(
            "Unknown",
            "Plivo could not tell why the call ended; a request to hang up all calls is reported like this, too",
            "Check whether your application hung up all calls at that time",
        ),
    ),
    "1010": Word(
        outcome=Outcome.FAILED,
        cause=in_words(
            "Out of credits", "The account ran out of credits", "Add credits in the console, or auto recharge"
        ),
    ),
    "4000": Word(
        cause=in_words("Hung up", "One side hung up", "If the call was cut off, check the side that hung up", q850=16),
        unanswered=in_words(
            "Hung up", "One side hung up before anyone answered", "Check how long the call rang", q850=16
        ),
    ),
    "4010": Word(
        cause=in_words(
            "End of XML",
            "Your XML had no more instructions for the call",
            "If that was too early, add what is to follow, such as a Wait, Dial or Redirect",
            q850=16,
        )
    ),
    "4020": Word(
        cause=in_words("Multiparty call ended", "The multiparty call that this leg was in ended", _NOTHING, q850=16)
    ),
    "4030": Word(
        cause=in_words(
            "Removed from the multiparty call",
            "Your application removed this leg from the multiparty call",
            "Look in your application's log for that request",
            q850=16,
        )
    ),
    "6000": Word(
        cause=in_words(
            "Time limit reached",
            "The call ended at the time limit that was set for it",
            "Raise time_limit, or the timeLimit of the Dial",
            q850=16,
        )
    ),
    "6020": Word(
        outcome=Outcome.FAILED,
        cause=in_words(
            "No media",
            "Plivo received no audio for 60 s",
            "Check the firewall and NAT of the SIP endpoint: audio (RTP) must reach Plivo",
        ),
    ),
    "9100": Word(
        cause=in_words(
            "Machine detected",
            "A machine answered, and the call was to be hung up then",
            "To leave a message instead, set machine_detection to true",
            q850=16,
        )
    ),
    "9110": Word(
        outcome=Outcome.UNANSWERED,
        cause=in_words(
            "Confirm key not pressed",
            "Whoever answered did not press the key that confirms the call",
            "Check confirmSound, confirmKey and confirmTimeout of the Dial",
        ),
    ),
}
_HUNG_UP = "canceled if the caller hung up, else unanswered"

ENDS = {
    code: word._replace(depends=f"with an answer_time the outcome is answered, without one {word.outcome or _HUNG_UP}")
    for code, word in _ENDS.items()
}
"""Codes that do not say whether the call was answered; the outcome is that of an unanswered call."""

ERRORS = {
    "5000": _failed("Network error", "Plivo's network failed", _SUPPORT, 500, 38),
    "5010": _failed("Internal error", "Plivo failed", _SUPPORT, 500, 41),
    "5020": _failed("Routing error", "Plivo found no route for the call", _SUPPORT, 404, 3),
    "7011": _failed("Answer URL failed", "The answer URL did not answer with HTTP 2xx", _SERVER),
    "7012": _failed("Action URL failed", "An action URL did not answer with HTTP 2xx", _SERVER),
    "7013": _failed("Transfer URL failed", "The transfer URL did not answer with HTTP 2xx", _SERVER),
    "7014": _failed("Redirect URL failed", "The redirect URL did not answer with HTTP 2xx", _SERVER),
    "7022": _failed("Invalid action URL", "An action URL is not a web address", _ADDRESS),
    "7023": _failed("Invalid transfer URL", "The transfer URL is not a web address", _ADDRESS),
    "7024": _failed("Invalid redirect URL", "The redirect URL is not a web address", _ADDRESS),
    "7032": _failed("Invalid method of the action URL", "The method of an action URL is invalid", _METHOD),
    "7033": _failed("Invalid method of the transfer URL", "The method of the transfer URL is invalid", _METHOD),
    "7034": _failed("Invalid method of the redirect URL", "The method of the redirect URL is invalid", _METHOD),
    "8011": _failed("Invalid answer XML", "The answer URL returned invalid XML", _XML),
    "8012": _failed("Invalid action XML", "An action URL returned invalid XML", _XML),
    "8013": _failed("Invalid transfer XML", "The transfer URL returned invalid XML", _XML),
    "8014": _failed("Invalid redirect XML", "The redirect URL returned invalid XML", _XML),
}
"""Failures of Plivo or of the customer's server, which make even an answered call a failed one."""

CODES = {
    **ENDS,
    **ERRORS,
    "1000": Word(
        outcome=Outcome.CANCELED,
        cause=in_words(
            "Canceled",
            "The call was ended through the API before anyone answered",
            "Look in your application's log for that request",
            sip=487,
            q850=16,
        ),
    ),
    "1020": _failed(
        "Too many dials at once",
        "Too many calls to the same destination were placed at the same time",
        "Dial fewer destinations at once",
        503,
        42,
    ),
    "2000": _failed("Invalid destination", "The number or SIP endpoint is invalid", _CHECK_NUMBER, 484, 28),
    "2010": _failed(
        "Out of service", "The destination is out of service", "Check the number; try again later", 502, 27
    ),
    "2020": _failed(
        "Not registered",
        "The SIP endpoint is not registered",
        "Check that the phone or app is online and registered with Plivo",
        480,
        20,
    ),
    "2030": _failed("Country barred", "The account may not call this country", _GEO, 403, 21),
    "2040": _failed("Number barred", "The account may not call this number", _GEO, 403, 21),
    "2050": _failed("Prefix barred", "The account may not call numbers with this prefix", _GEO, 403, 21),
    "2060": _failed(
        "Loop",
        "The second leg would have dialed the number of the first",
        "Dial another number than the one that was called",
        482,
        25,
    ),
    "2070": _failed(
        "Media anchoring violated",
        "Indian regulations forbid connecting these two legs",
        "Keep both legs in India, or both outside",
        403,
        21,
    ),
    "3000": Word(
        outcome=Outcome.NO_ANSWER,
        cause=in_words(
            "No answer",
            "Nobody answered, or the phone could not be reached",
            "Try again at another time",
            sip=480,
            q850=19,
        ),
    ),
    "3010": Word(
        outcome=Outcome.BUSY,
        cause=in_words("Busy", "The called party was busy", "Try again later", sip=486, q850=17),
    ),
    "3020": _rejected("Rejected", "The called party declined the call", "Try again at another time", 603),
    "3030": _failed("Unknown caller ID", "The caller ID is not allowed", _CALLER_ID, 403, 21),
    "3040": _rejected(
        "Forbidden", "The destination blocks the call", "Try another caller ID; ask the called side for the reason", 403
    ),
    "3050": _failed("Unallocated number", "The number is not in service", _CHECK_NUMBER, 404, 1),
    "3070": _failed("Carrier timeout", "The carrier did not answer in time", _LATER, 408, 102),
    "3080": _failed("Carrier error", "The carrier had an internal error", _LATER, 500, 41),
    "3090": _failed("Carrier congestion", "The carrier's network is congested", _LATER, 503, 42),
    "3100": Word(
        outcome=Outcome.BUSY,
        cause=in_words(
            "Busy everywhere", "Every phone of the called party was busy", "Try again later", sip=600, q850=17
        ),
    ),
    "3110": _rejected("Declined", "The called party does not want to take the call", "Try again at another time", 603),
    "3120": _failed("No such user", "The called user does not exist anywhere", _CHECK_NUMBER, 604, 1),
    "3130": _rejected(
        "Blocked as spam",
        "A carrier blocked the call as spam",
        "Check the reputation of the caller ID; register it with the carriers",
        608,
    ),
    "3140": _rejected(
        "Caller ID on the DNO list",
        "The caller ID is on the Do Not Originate list: calls from it are blocked",
        "Call from another number",
        603,
    ),
    "5030": _failed(
        "Too many calls at once",
        "The account has reached its limit of concurrent calls in India",
        "Place fewer calls at once, or ask Plivo for a higher limit",
        503,
        42,
    ),
    "6010": Word(
        outcome=Outcome.NO_ANSWER,
        cause=in_words(
            "Ring timeout",
            "Nobody answered before the ring timeout, 120 s if none is set",
            "Compare the ring timeout with how long the phone rings before voicemail",
            sip=408,
            q850=18,
        ),
    ),
    "9000": Word(
        outcome=Outcome.CANCELED,
        cause=in_words(
            "Answered elsewhere", "Another leg of the same dial was answered first", _NOTHING, sip=487, q850=26
        ),
    ),
}

CAUSE = Words("cause", "hangup_cause_code", CODES)

UNDOCUMENTED = Word(
    outcome=Outcome.UNKNOWN,
    cause=in_words("Undocumented cause", "Plivo's documentation does not list this code", _LOG),
)
"""Any other code."""
