"""A Plivo call as its record, or as the live or queued call, which have other names for the same.

The code of a record says why the call ended; only its time of answer says whether it was answered.
"""

from callinspect.model import Call, Cause, EndedBy, Outcome, Party, Recording, State
from callinspect.model.further import AnsweredBy, Verification
from callinspect.provider import Document, Reader, Shape, as_text, parse_utc, shown, unsigned
from callinspect.providers.plivo.words.calls import DIRECTIONS, ENDERS, SOURCES, STATUSES
from callinspect.providers.plivo.words.causes import CODES, ENDS, ERRORS, UNDOCUMENTED

OTHERS = {
    "trunk_domain": "the record of a trunk call (Zentrunk)",
    "recording_id": "a recording",
    "transcription": "a transcription",
    "member_id": "a member of a conference",
    "objects": "a list of calls",
    "calls": "a list of calls",
}
"""Other documents of the vendor's, by a key that calls do not have."""

LIVE_ONLY = frozenset({"call_status", "session_start"})
"""What a live or queued call has, and a record has not."""

HANGUP, MACHINE = "4000", "9100"

TIMES = ("initiation_time", "answer_time", "end_time", "session_start")


def normalize(document: Document) -> Call:
    """Read a record, or a live or queued call, of which an empty time is none."""
    found = unsigned(document.json)
    if isinstance(found, dict):
        found |= dict.fromkeys(each for each in TIMES if found.get(each) == "")
    return (RECORD if LIVE_ONLY.isdisjoint(document.fields) else LIVE).reader("plivo")(document.but(answer=found))


def more_of_record(body: Reader, call: Call, document: Document) -> Call:
    """Read how the call came out; the fields for that stay under `vendor`."""
    code, name, ender = _code(body), body.text("hangup_cause_name"), body.choice("hangup_source", ENDERS, None)
    for each in ("hangup_cause_code", "hangup_cause_name", "hangup_source"):
        body.leave(each)
    own = body.text("resource_uri")
    call = common(body, call, document)._replace(
        vendor_state=body.text("call_state"),  # legacy, and the same for every call
        links={"self": own} if own else {},
    )
    if code is None and not body.event("end_time")[1]:
        if "end_time" in document.fields:
            body.warn("the record has neither an end nor a hangup cause, so that the state is not known")
        return call
    cause = _cause(body, call, code, ender)
    return call._replace(
        state=State.ENDED,
        outcome=_outcome(body, call, code, ender),
        ended_by=ender,
        cause=cause and cause._replace(code=code or None, message=name),
        answered_by=AnsweredBy.MACHINE if code == MACHINE else None,
    )


def _code(body: Reader) -> str | None:
    """Read the code, a number or its digits, as text; empty if it is neither."""
    value = body.keep("hangup_cause_code")
    if value is None or value == "":
        return None
    code = as_text(int(value) if isinstance(value, float) and value.is_integer() else value) or ""
    if code not in CODES:
        body.warn(f"hangup_cause_code has an undocumented value: {shown(value)}")
    return code


def _cause(body: Reader, call: Call, code: str | None, ender: EndedBy | None) -> Cause | None:
    """Return what a code means; of one that says that somebody hung up, the record says who."""
    cause = None if code is None else CODES.get(code, UNDOCUMENTED).cause_of(call)
    who = SOURCES[body.keep("hangup_source")].says if ender and code == HANGUP else None
    if cause is None or who is None:
        return cause
    return cause._replace(explanation=f"{who.explanation}{' before anyone answered' * (call.was_answered is False)}")


def _outcome(body: Reader, call: Call, code: str | None, ender: EndedBy | None) -> Outcome:
    """Return how a call came out, whose code may say that it failed, answered or not, or that nobody answered it."""
    if code in ERRORS:
        return Outcome.FAILED
    outcome = None if code is None else CODES.get(code, UNDOCUMENTED).outcome
    if outcome and code in CODES.keys() - ENDS.keys():
        if call.was_answered:
            body.warn(f"hangup_cause_code is {code}, but answer_time says that the call was answered")
        return outcome
    if call.was_answered is not False:
        return Outcome.ANSWERED if call.was_answered else Outcome.UNKNOWN
    return outcome or (Outcome.CANCELED if code and ender is EndedBy.CALLER else Outcome.UNANSWERED)


def more_of_live(body: Reader, call: Call, document: Document) -> Call:
    """Read the caller's name; one that is the number again stays under `vendor`, as does the only time."""
    body.leave("session_start")
    name = body.text("caller_name")
    if name and name.lstrip("+").isdecimal():
        body.leave("caller_name")
    elif name:
        call = call._replace(from_=(call.from_ or Party())._replace(name=name))
    return common(body, call, document)


def common(body: Reader, call: Call, document: Document) -> Call:
    """Read the verification of the caller, whose key can begin with a capital, and whether recordings were found."""
    result, attestation = (body.text(f"stir_{each}") for each in ("verification", "attestation"))
    attestation = attestation or body.text("Stir_attestation")
    return call._replace(
        verification=Verification(result=result, attestation=attestation) if result or attestation else None,
        recording=Recording(enabled=True if document.extras.get("recordings") else None),
    )


RECORD = Shape(
    id="call_uuid",
    direction="call_direction",
    directions=DIRECTIONS,
    created="initiation_time",
    answered="answer_time",
    ended="end_time",
    from_="from_number",
    to="to_number",
    parent="parent_call_uuid",
    billed="billed_duration",
    reported="call_duration",
    others=OTHERS,
    more=more_of_record,
)
"""Its times have the offset of the console's zone; one without an offset could be of any."""

LIVE = Shape(
    id="call_uuid",
    state="call_status",
    words=STATUSES,
    direction="direction",
    directions=DIRECTIONS,
    created="session_start",
    parent="parent_call_uuid",
    moment=parse_utc,
    others=OTHERS,
    more=more_of_live,
)
"""Its time is documented to be in UTC: when early media started, which can be a little after the record's beginning."""
