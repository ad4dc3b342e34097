"""One call as a card: state, outcome and why, parties, steps, details, what was read besides, and what else was sent.

Text from outside cannot be mistaken for the card's own (see `harmless`); the vendor's keys are indented more than our
labels (see `further`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, Unpack

from rich.text import Text

from callinspect.errors import either
from callinspect.model import (
    GONE,
    Call,
    Cause,
    CodeFrom,
    Direction,
    Outcome,
    Reason,
    RecordingState,
    Redirection,
    State,
)
from callinspect.render.bar import bar
from callinspect.render.further import further, is_same, says_nothing
from callinspect.render.harmless import Harmless, harmless
from callinspect.render.labels import LABELS
from callinspect.render.layout import capped, flowing, labeled, sentence, to_text
from callinspect.render.moments import read_at
from callinspect.render.parties import from_and_to, named, told_apart
from callinspect.render.related import related
from callinspect.render.steps import steps
from callinspect.render.style import Style
from callinspect.render.telling import end, entries

if TYPE_CHECKING:
    from callinspect.model.further import Monitoring, Quality, Verification
    from callinspect.render.ladder import Ladder

STATE_STYLES = {
    State.ACTIVE: "bold green",
    State.HELD: "bold yellow",
    State.ENDED: "bold",
    State.UNKNOWN: "bold magenta",
}

OUTCOME_STYLES: dict[str, str] = {
    Outcome.ANSWERED: "green",
    Outcome.FAILED: "bold red",
    Outcome.UNKNOWN: "magenta",
}

OUTCOMES = {
    Outcome.UNANSWERED: "The call ended without being answered",
    Outcome.UNKNOWN: "The call has ended; {vendor} does not report how",
    Outcome.REJECTED: "The call was rejected",
    Outcome.FAILED: "The call failed",
}
"""Texts for an ended call whose cause has no explanation."""

ATTESTATIONS = {
    "A": "the carrier knows the caller and the number",
    "B": "the carrier knows the caller, but not whose the number is",
    "C": "passed on from elsewhere",
}
"""What the letters of STIR/SHAKEN say."""

FAILED = re.compile("fail|not.?verified|invalid", re.IGNORECASE)
"""How vendors put it that the signature over the caller's number does not hold."""

PASSED = re.compile(
    r"(?!.*(?<![a-z])(not?|never|partially)(?![a-z])).*(?<![a-z])(pass|passed|verified|valid)(?![a-z])", re.IGNORECASE
)
"""How they put it that it holds, as a word that nothing takes back; what is neither is not said to be verified."""

SUPERVISING = {"coach": "coaching", "listenin": "listening in", "bargein": "barged in"}
"""What a supervisor does, by the vendors' words for it."""

ON_OR_OFF = {True: "on", False: "off", None: ""}


class Around(TypedDict, total=False):
    """What a card says besides what the record does.

    Attributes:
        now: the current time, for how long ago the call ended and how long it has been going on; None if that is not
            known better than when the call was read.
        is_sandbox: whether the call came from our sandbox.
        original: the call before it was masked, None if it is not masked: a mask is shown where its original would be.
        vendor: the vendor's name; by default, the provider's.
        unread: what else the vendor has, by the names that `--with` takes.
        is_short: whether to leave out what the vendor sent besides, as there is little room.
        is_kept: whether the card is looked at later, as a picture is: it says when the call was read, and not how long
            ago anything was.
    """

    now: datetime | None
    is_sandbox: bool
    original: Call | None
    vendor: str
    unread: Sequence[str]
    is_short: bool
    is_kept: bool


def card(sent: Call, style: Style, **around: Unpack[Around]) -> str:
    """Return the card of a call, as text for the terminal."""
    return to_text(card_lines(sent, style, **around), style)


def card_lines(sent: Call, style: Style, **around: Unpack[Around]) -> list[Text]:
    """Return the lines of the card of a call.

    Args:
        sent: the call.
        style: how to draw.
        around: what else to say.
    """
    call, is_kept = told_apart(harmless(sent, style)), around.get("is_kept", False)
    now = None if is_kept else around.get("now")
    vendor = style.inert(around.get("vendor") or sent.provider)
    is_short, original = around.get("is_short", False), around.get("original") or sent
    ladder = _ladder(call, style)
    repeated = set(ladder.repeats()) if ladder else set()
    facts = [(label, value) for key, label, value in _facts(call, style) if value and key not in repeated]
    parts = (
        _head(call, style, _marked(around)),
        _why(call, style, vendor),
        [] if ladder else from_and_to(call, style),
        [*(ladder.lines(now) if ladder else steps(call, style, now)), *bar(call, style, now, vendor)],
        labeled(facts, style),
        *related(call, style, with_legs=not ladder),
        *further(sent, style, vendor, is_state_shown=_says_more(call), original=original, is_short=is_short),
        list(_besides(call, around.get("unread", ()), style, vendor)),
        labeled([("Actions", Text(", ").join(capped([*map(Text, call.capabilities)], style)))], style)
        if call.capabilities
        else [],
        _warnings(call, style),
        _read(call, style) if is_kept else [],
    )
    return [line for part in parts if part for line in (Text(), *part)][1:]


def _besides(call: Harmless, unread: Sequence[str], style: Style, vendor: str) -> Iterator[Text]:
    """Yield what was looked for and is not there, and what was not looked for or is no longer there to be read."""
    read = call.related._asdict().items() if call.related else ()
    if nothing := [name for name, found in read if found == ()]:
        yield from sentence(Text(f"There are no {either(nothing)}.", "dim"), style)
    if GONE in call.warnings:
        yield from sentence(Text(f"{vendor} no longer shows the call: this is what was last seen.", "dim"), style)
    elif unread:
        option = unread[0] if len(unread) == 1 else "all"
        yield from sentence(Text(f"Not read: {', '.join(unread)} (--with {option})", "dim"), style)


def _read(call: Harmless, style: Style) -> list[Text]:
    text = read_at(call.retrieved_at, style) if call.retrieved_at else ""
    return sentence(Text(text[:1].upper() + text[1:], "dim"), style) if text else []


def _ladder(call: Harmless, style: Style) -> "Ladder | None":
    """Return the ladder of a call that concerns more than two."""
    if not (call.participants or call.redirections or call.recall or (call.related and call.related.legs)):
        return None
    from callinspect.render.ladder import Ladder

    ladder = Ladder(call, style)
    return ladder if ladder.is_needed else None


def state_style(call: Call) -> str:
    """Return the color of the call's state."""
    return STATE_STYLES.get(call.state, "bold cyan")


def outcome_style(outcome: str) -> str:
    """Return the color of an outcome."""
    return OUTCOME_STYLES.get(outcome, "yellow")


def _marked(around: Around) -> Iterator[Text]:
    """Yield what the head of the card warns of."""
    if around.get("is_sandbox"):
        yield Text("sandbox", "bold reverse magenta")
    if around.get("original"):
        yield Text("redacted", "bold reverse")


def _head(call: Harmless, style: Style, marked: Iterable[Text]) -> list[Text]:
    left = Text.assemble((call.state.upper(), state_style(call)))
    if call.outcome:
        left.append(f" {style.dot} ", "dim").append(call.outcome, outcome_style(call.outcome))
    elif _says_more(call):
        left.append(f" ({call.vendor_state})", state_style(call).removeprefix("bold "))
    direction = "" if call.direction is Direction.UNKNOWN else f" {style.dot} {call.direction}"
    right = Text(call.provider + direction)
    for each in marked:
        right.append(f" {style.dot} ").append(each)
    room = style.width - 2 - left.cell_len - right.cell_len
    head = [Text.assemble(" ", left, " " * room, right)] if room > 1 else flowing([left, right], style)
    return [*head, *sentence(Text(call.id, "bold"), style)]


def _says_more(call: Call) -> bool:
    """Whether the vendor's word for the state of a call that is not over is another one than ours."""
    return bool(call.vendor_state) and not call.outcome and not is_same(call.vendor_state or "", call.state)


def _why(call: Harmless, style: Style, vendor: str) -> list[Text]:
    cause = call.cause or Cause()
    outcome = OUTCOMES.get(call.outcome, "").format(vendor=vendor) if call.outcome else ""
    summary = cause.explanation or cause.title or outcome
    code = cause.code or ""
    lines = sentence(Text(f"{summary} ({code})." if code else f"{summary}."), style) if summary else []
    if cause.message:
        lines += sentence(Text(cause.message), style)
    if cause.next and call.outcome is not Outcome.ANSWERED:  # of one that went well, there is nothing to do
        lines += sentence(Text.assemble((style.next, "bold"), f" {cause.next}"), style)
    facts = [f"cause {code}"] * bool(code and not summary)
    facts += _codes(cause, style)
    facts += [f"{LABELS['cause.error_id']} {cause.error_id}"] if cause.error_id else []
    return lines + flowing(map(Text, facts), style)


def _codes(cause: Cause, style: Style) -> Iterator[str]:
    """Yield the codes that the vendor sent, and the nearest ones, marked as such."""
    codes = (("SIP", cause.sip, cause.sip_from), ("Q.850", cause.q850, cause.q850_from))
    for is_sent, mark in ((True, ""), (False, f"{style.nearly} ")):
        sent = [(name, code) for name, code, origin in codes if (origin is CodeFrom.VENDOR) is is_sent]
        found = [f"{name} {code}" for name, code in sent if code is not None]
        if found:
            yield mark + f" {style.dot} ".join(found)


def _facts(call: Harmless, style: Style) -> Iterator[tuple[str, str, str | Text]]:
    """Yield the field, the label and the value of each fact, where there is one."""
    for key, value in _valued(call, style):
        yield key, LABELS[key], value


def _valued(call: Harmless, style: Style) -> Iterator[tuple[str, str | Text]]:
    yield "session_id", call.session_id or ""
    yield "parent_id", call.parent_id or ""
    yield "redirections", Text(f" {style.back} ").join(capped([*map(_redirected, call.redirections)], style))
    if call.recall:
        yield "recall", f"{call.recall.type or 'unknown'}, {named(call.recall.party, kind=False).plain}"
    if call.verification:
        yield "verification.result", Text(", ").join(_verified(call.verification))
    if call.monitoring:
        yield "monitoring.state", ", ".join(filter(None, _watched(call.monitoring)))
    yield "media.muted", "yes" if call.media.muted else ""
    yield "answered_by", call.answered_by or ""
    yield "ended_by", "" if end(entries(call)) else call.ended_by or ""
    yield "cost", f"{call.cost.amount} {call.cost.currency}" if call.cost else ""
    yield "quality", ", ".join(_measured(call.quality)) if call.quality else ""
    recording = call.recording
    state = "in progress" if recording.state is RecordingState.RECORDING else recording.state
    color = "red" if state is RecordingState.FAILED else ""
    yield (
        "recording.state",
        Text(", ").join(filter(None, (Text(ON_OR_OFF[recording.enabled]), Text(state or "", color)))),
    )
    yield "recording.url", recording.url or ""
    yield "recording.transcription_enabled", "on" if recording.transcription_enabled else ""
    yield "recording.transcription_url", recording.transcription_url or ""


def _redirected(redirection: Redirection) -> Text:
    is_ours = redirection.reason is not Reason.UNKNOWN
    reason = redirection.reason if is_ours else redirection.vendor_reason or Reason.UNKNOWN
    return Text(f"{named(redirection.party, kind=False).plain} ({reason})")


def _verified(found: "Verification") -> Iterator[Text]:
    result, attestation = (_said(each) for each in (found.result, found.attestation))
    if FAILED.search(result):
        yield Text(f"caller ID failed verification ({result})", "yellow")
    elif result:
        yield Text(f"caller ID verified ({result})" if PASSED.match(result) else result)
    if attestation:
        means = ATTESTATIONS.get(attestation)
        yield Text(f"attestation {attestation}" + (f": {means}" if means else ""))
    if found.originating_id:
        yield Text(f"origin {found.originating_id}")


def _said(word: str | None) -> str:
    """Return a vendor's word, in quotation marks or not; nothing if it stands for no value."""
    return "" if says_nothing((word or "").strip('“”"')) else word or ""


def _measured(quality: "Quality") -> Iterator[str]:
    for name, value, unit in (
        ("MOS", quality.mos, ""),
        ("jitter", quality.jitter_ms, " ms"),
        ("loss", quality.loss_percent, "%"),
        ("round trip", quality.rtt_ms, " ms"),
    ):
        if value is not None:
            yield f"{name} {value:g}{unit}"


def _watched(view: "Monitoring") -> Iterator[str]:
    doing = SUPERVISING.get((view.state or "").casefold(), view.state or "")
    is_own = LABELS["monitoring.monitored"] if view.monitored else ""
    yield f"{doing} ({is_own})" if doing and is_own else doing or is_own
    for name in ("listening_in", "monitored_user_muted"):
        if getattr(view, name):
            yield LABELS[f"monitoring.{name}"]


def _warnings(call: Harmless, style: Style) -> list[Text]:
    marked = (Text.assemble(("!", "bold yellow"), f" {each}") for each in call.warnings if each != GONE)
    return [line for each in capped([*marked], style) for line in sentence(each, style)]
