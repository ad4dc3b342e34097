"""What the codes in Twilio's notifications about a call mean."""

from callinspect.model import in_words
from callinspect.provider import Word, Words, said


def _same(word: Word, *codes: str) -> dict[str, Word]:
    return dict.fromkeys(codes, word)


def _sip(code: int, title: str, told: str, next_: str) -> Word:
    """Return what the code of an app says that has its name from a SIP code."""
    return Word(says=in_words(title, f"The app was told {code}, {told}", next_, sip=code))


_PERMISSIONS = "Allow the country in the Console, under Voice geographic permissions"
_E164 = "Write the number in E.164, such as +12025550143, and check that it is in use"
_TLS = "Renew the certificate, and check that it is complete and names the host"
_OWN_CALLER_ID = "Use a number of the account, or verify the caller ID in the Console"
_SLOWER = "Place fewer calls per second, or raise the limit in the Console"
_FEWER = "Run fewer calls at once, or raise the limit in the Console"
_SERVER = "Open request_url yourself, and check your server's log"

LOG = Words(
    "notification-level",
    "log",
    {
        "0": said("Error", "Something about the call failed"),
        "1": said("Warning", "Something about the call is odd, but it went on"),
    },
)

NOTIFICATION = Words(
    "notification",
    "error_code",
    {
        "10004": said("Too many calls at once", "The account's limit of concurrent calls was reached", _FEWER),
        "10005": said("Voice disabled", "The account may not place or take calls", "Ask Twilio's support to enable it"),
        "11200": said("No valid answer", "Your server gave no valid answer to Twilio's request", _SERVER),
        "11201": said("Connection timed out", "Your server did not accept the connection in time", _SERVER),
        "11202": said("Connection refused", "Your server refused the connection", _SERVER),
        "11203": said("Answer timed out", "Your server did not answer in time", "Answer within 15 seconds"),
        "11205": said("Connection failed", "Twilio could not connect to your server", _SERVER),
        "11206": said("Invalid HTTP", "Your server's answer was not valid HTTP", _SERVER),
        "11210": said("Unknown host", "The host name of your server does not resolve", "Check the host in request_url"),
        "11215": said("Too many redirects", "Your server redirected too often", "Configure the final address"),
        "11216": said("Invalid redirect", "Your server's redirect leads nowhere", "Configure the final address"),
        "11217": said("HTTP error", "Your server answered with an HTTP error", "Check your server's log at that time"),
        "11220": said("TLS failed", "The TLS handshake with your server failed", _TLS),
        "11235": said("Certificate of another host", "Your server's certificate does not name its host", _TLS),
        "11236": said("Certificate expired", "Your server's certificate has expired", _TLS),
        "11237": said("Certificate incomplete", "An issuer of your server's certificate is missing or unknown", _TLS),
        "11750": said(
            "TwiML too large", "Your server's answer is longer than Twilio accepts", "Answer with less TwiML"
        ),
        "12100": said(
            "Not XML", "The TwiML is not well-formed XML", "Check it with an XML parser, and escape & and < in texts"
        ),
        "12200": said("Invalid TwiML", "A verb or attribute of the TwiML does not exist", "Read the message"),
        "12300": said(
            "Wrong content type", "Your server's answer has the wrong Content-Type", "Send TwiML as text/xml"
        ),
        "13214": said("Invalid caller ID", "The callerId of the <Dial> is invalid", _OWN_CALLER_ID),
        "13223": said("Invalid number", "The number in the <Dial> is not in a valid format", _E164),
        "13224": said("Number not served", "The number is invalid, or Twilio cannot reach it", _E164),
        **_same(
            said("Number blocked", "Twilio blocks calls to this number", "Ask Twilio's support why"),
            *("13225", "21216", "32203"),
        ),
        **_same(
            said("Country not allowed", "The account may not call this country or number range", _PERMISSIONS),
            *("13227", "21215", "32205"),
        ),
        "13243": said("Invalid SIP address", "The <Sip> of the <Dial> has an invalid address", "Check the SIP URI"),
        "13247": said("Caller ID not allowed", "The account may not call with this caller ID", _OWN_CALLER_ID),
        "13254": said(
            "SIP host unknown", "The host of the SIP address does not resolve", "Check the host in the SIP URI"
        ),
        "15002": said("Queued too long", "The call waited too long in the account's queue", _SLOWER),
        "15003": said(
            "Status callback refused",
            "Your server answered a status callback with an HTTP error; the call itself went on",
            "Check your server's log at that time",
        ),
        "31003": said("Client timed out", "The app's connection to Twilio timed out", "Check the app's network"),
        "31005": said("Client disconnected", "The app's connection to Twilio failed", "Check the app's network"),
        "31404": _sip(404, "Client not found", "not found", "Check that the other client is registered"),
        "31480": _sip(480, "Unavailable", "temporarily unavailable", "Check that the other side is online"),
        "31486": _sip(486, "Busy", "busy", "Try again later"),
        "31487": _sip(487, "Canceled", "canceled before an answer", "Check who canceled the call"),
        "31603": _sip(603, "Declined", "declined", "Ask the other side why"),
        **_same(
            said("Calls too fast", "The limit of calls per second of the trunk or account was reached", _SLOWER),
            *("32001", "32012"),
        ),
        "32009": said("Not registered", "The SIP user is not registered", "Check that the phone is registered"),
        "32010": said("No origination address", "The trunk has no usable origination URI", "Add one to the trunk"),
        "32011": said(
            "SIP server failed",
            "Your SIP server did not answer, or answered with an error",
            "Check it and its firewall",
        ),
        "32013": said("Calls too fast", "The limit of calls per second of the SIP interface was reached", _SLOWER),
        "32014": said("No audio", "Twilio received no audio", "Check NAT and the firewall for RTP at the SIP server"),
        "32015": said(
            "Longest duration reached", "The call reached the longest duration allowed", "Check the time limit"
        ),
        "32016": said("No progress", "The phone network did not respond in time", "Check that the number is reachable"),
        "32017": said("Caller ID refused", "A carrier refused the caller ID", "Use a caller ID that is a valid number"),
        **_same(
            said("Signature refused", "The call's STIR/SHAKEN signature is invalid", "Check the SIP Identity header"),
            *("32020", "32021"),
        ),
        "32022": said("No ACK", "Your SIP server did not acknowledge the answer", "Check the route of its ACK"),
        "32102": said("Invalid SDP", "The SDP of your SIP server could not be used", "Check its codecs and SDP"),
        "32200": said(
            "Not permitted", "The trunk or account may not place this call", "Check the trunk's authentication"
        ),
        "32201": said(
            "Address not in the ACL", "The SIP server's IP address is not in the trunk's ACL", "Add it there"
        ),
        "32202": said("Wrong SIP credentials", "The SIP credentials are wrong", "Check the trunk's credential list"),
        **_same(
            said("Caller ID not allowed", "The trunk may not call with this caller ID", _OWN_CALLER_ID),
            *("32204", "32206"),
        ),
        "32207": said(
            "Secure media not accepted", "The trunk does not take SRTP", "Enable secure trunking, or use RTP"
        ),
        "32208": said("Secure media required", "The trunk takes SRTP only", "Use SRTP"),
    },
)
"""Those that explain a call; Twilio has thousands for other things."""
