"""Why a channel ended."""

from callinspect.model import Outcome, in_words
from callinspect.provider import Word, Words

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
        "Stasis": Word(
            outcome=Outcome.UNKNOWN,
            cause=in_words(
                "Refused by an application",
                "An application refused the call; Asterisk does not report why",
                "Ask the application's log; dialplan.app_data begins with its name",
            ),
        ),
    },
)

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
            "With SIP 603, ask the called person; with 403, check the trunk's credentials and the caller's number",
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
            "No reason given",
            "Mostly the caller gave up (with SIP 487); else the far end gave no reason",
            "Check how long it rang; nothing need be wrong, as most phones cancel a call without a reason",
            q850=127,
        ),
    ),
}
"""Any other is what Q.850 has it mean."""

UNDOCUMENTED = Word(
    outcome=Outcome.UNANSWERED,
    cause=in_words(
        "Undocumented cause", "Neither Asterisk nor Q.850 lists this cause", "Look in Asterisk's log at that time"
    ),
)
"""One that Q.850 has no meaning for."""

CAUSE = Words("cause", "cause", CAUSES, is_q850=True)

GAVE_UP = Word(
    outcome=Outcome.CANCELED,
    cause=in_words("Canceled", "The caller gave up before anyone answered", "Check how long it rang before that"),
)

WITHDRAWN = GAVE_UP._replace(
    cause=in_words(
        "Canceled",
        "The caller, or what had this leg made, gave up before anyone answered",
        "Check how long it rang before that",
    )
)
"""Cause 16 of a leg that Asterisk made."""

REFUSED = Word(
    outcome=Outcome.REJECTED,
    cause=in_words(
        "Refused by the trunk",
        "The far end's server did not accept the call",
        "Check the trunk's credentials and the caller's number",
    ),
)

WITH_SIP = {
    (16, 487): GAVE_UP,
    (127, 487): GAVE_UP,
    (21, 401): REFUSED,
    (21, 403): REFUSED,
    (21, 407): REFUSED,
    (21, 603): Word(
        outcome=Outcome.REJECTED,
        cause=in_words(
            "Declined",
            "The called person declined the call, or the phone is set to do not disturb",
            "Ask the called person",
        ),
    ),
}
"""What a cause means with the SIP status that came with it, where the two say more than the cause."""

FAILED = Word(
    outcome=Outcome.FAILED,
    cause=in_words(
        "Failed at the far end",
        "The far end refused the call with a SIP status that has no cause of its own",
        "Look in the far end's log at that time",
    ),
)
"""Cause 127 with any other status than 487, and than 500, which Asterisk itself makes of it."""
