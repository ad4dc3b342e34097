"""One call as a card: state and outcome, cause, parties, times, durations, and what else the vendor sent.

Text from outside cannot be mistaken for the card's own (see `harmless`); the vendor's keys are indented more than our
labels.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from rich.text import Text

from callinspect.model import Call, Cause, Direction, Monitoring, Outcome, Reason, Redirection, State
from callinspect.render.duration import seconds
from callinspect.render.harmless import Harmless, harmless, rows
from callinspect.render.layout import Style, flattened, flowing, labeled, sentence, to_text
from callinspect.render.parties import named, sides

SENSITIVE = frozenset({"identity"})
"""Vendor fields with a signed token that contains both numbers: they are in JSON, not on the card."""

STATE_STYLES = {
    State.ACTIVE: "bold green",
    State.HELD: "bold yellow",
    State.ENDED: "bold",
    State.UNKNOWN: "bold magenta",
}

OUTCOME_STYLES = {
    Outcome.ANSWERED: "green",
    Outcome.FAILED: "bold red",
    Outcome.UNKNOWN: "magenta",
}

OUTCOMES = {
    Outcome.UNANSWERED: "The call ended without being answered",
    Outcome.UNKNOWN: "The call has ended; {provider} does not report how",
    Outcome.REJECTED: "The call was rejected",
    Outcome.FAILED: "The call failed",
}
"""Texts for an ended call whose cause has no explanation."""

NEVER_ANSWERED = frozenset({Outcome.NO_ANSWER, Outcome.BUSY, Outcome.CANCELED, Outcome.REJECTED, Outcome.UNANSWERED})

NOT_RUNNING = frozenset({State.ENDED, State.UNKNOWN})
"""States in which the time since the start is not shown as running; an unknown state may be an ended call."""

ON_OR_OFF = {True: "on", False: "off", None: ""}

VENDOR_INDENT = 3
"""Indent of the vendor's keys."""


def card(sent: Call, style: Style) -> str:
    """Return the card of a call."""
    call = harmless(sent, style)
    lines = [*_head(call, style), Text(), *_parties(call, style), *_why(call, style)]
    details = labeled([(label, value) for label, value in _facts(call, style) if value], style)
    for part in (_timeline(call, style), details, _vendor_fields(sent, call.provider, style), _warnings(call, style)):
        if part:
            lines += [Text(), *part]
    return to_text(lines, style)


def state_style(call: Call) -> str:
    """Return the color of the call's state."""
    return STATE_STYLES.get(call.state, "bold cyan")


def _head(call: Harmless, style: Style) -> list[Text]:
    left = Text.assemble((call.state.upper(), state_style(call)))
    if call.outcome:
        left.append(f" {style.dot} ", "dim").append(call.outcome, OUTCOME_STYLES.get(call.outcome, "yellow"))
    elif call.state is State.UNKNOWN and call.vendor_state:
        left.append(f" ({call.vendor_state})", "magenta")
    direction = "" if call.direction is Direction.UNKNOWN else f" {style.dot} {call.direction}"
    right = Text(call.provider + direction, "cyan")
    room = style.width - 2 - left.cell_len - right.cell_len
    head = [Text.assemble(" ", left, " " * room, right)] if room > 1 else flowing([left, right], style)
    return [*head, *sentence(Text(call.id, "bold"), style)]


def _parties(call: Harmless, style: Style) -> list[Text]:
    from_, to = sides(call)
    arrow = Text(style.arrow, "dim")
    line = Text(" ").join([from_, arrow, to])
    lines = [line] if line.cell_len < style.width - 1 else [from_, Text(" ").join([arrow, to])]
    if call.participants:
        lines.append(Text.assemble(("with ", "dim"), Text(", ").join(named(each) for each in call.participants)))
    return [broken for each in lines for broken in sentence(each, style)]


def _why(call: Harmless, style: Style) -> list[Text]:
    cause = call.cause or Cause()
    outcome = OUTCOMES.get(call.outcome, "").format(provider=call.provider) if call.outcome else ""
    summary = cause.explanation or cause.title or outcome
    code = cause.code or ""
    lines = sentence(Text(f"{summary} ({code})." if code else f"{summary}."), style) if summary else []
    if cause.message:
        lines += sentence(Text(cause.message, "yellow"), style)
    nearest = [f"{name} {value}" for name, value in (("SIP", cause.sip), ("Q.850", cause.q850)) if value is not None]
    facts = [f"cause {code}"] * bool(code and not summary)
    facts += [f"{style.nearly} {f' {style.dot} '.join(nearest)}"] * bool(nearest)
    facts += [f"error {cause.error_id}"] if cause.error_id else []
    return lines + flowing([Text(each, "dim") for each in facts], style)


def _timeline(call: Harmless, style: Style) -> list[Text]:
    moments = (
        ("queued", call.queued_at),
        ("created", call.created_at),
        ("answered", call.answered_at),
        ("ended", call.ended_at),
    )
    lines: list[Text] = []
    headed = None
    for label, moment in moments:
        if moment is None:
            continue
        local = style.local(moment)
        heading = (local.date(), local.utcoffset(), local.tzname())
        if heading != headed:
            headed = heading
            lines.append(Text(f" {local:%a} {local.day} {local:%b %Y}, {local.tzname()}", "dim"))
        lines.append(Text.assemble(f" {local:%H:%M:%S}.{local.microsecond // 1000:03d}  ", (label, "cyan")))
    given = (("billed", call.durations.billed), (f"duration according to {call.provider}:", call.durations.reported))
    reported = [Text(f"{label} {seconds(value)}") for label, value in given if value is not None]
    return [*lines, *_lengths(call, style), *flowing(reported, style)]


class _Phase(NamedTuple):
    """A part of a call's duration, and how it is drawn."""

    name: str
    length: float
    mark: str
    color: str


def _lengths(call: Harmless, style: Style) -> list[Text]:
    """Return a bar of ring and talk time, and its legend; for a call in progress, until it was read."""
    until = call.ended_at or (None if call.state in NOT_RUNNING else call.retrieved_at)
    begun = call.created_at or (call.queued_at if call.state is State.QUEUED else None)
    ringing, talking = style.marks
    spans = (
        (_before_answer(call), _span(begun, call.answered_at or until), ringing, "yellow"),
        ("talk", _span(call.answered_at, until), talking, "green"),
    )
    phases = [_Phase(name, length, mark, color) for name, length, mark, color in spans if name and length is not None]
    total = _span(begun, until)
    if any(length < 0 for length in (*(each.length for each in phases), total or 0)):
        return []
    legend = [Text.assemble((each.mark, each.color), f" {each.name} {seconds(each.length)}") for each in phases]
    if phases and until and not call.ended_at:
        legend.append(Text("so far", "dim"))
    elif total is not None:
        legend.append(Text(f"total {seconds(total)}" if call.ended_at else f"{seconds(total)} so far", "dim"))
    return [*_bar(phases, style), *flowing(legend, style)]


def _bar(phases: Sequence[_Phase], style: Style) -> list[Text]:
    """Return a bar of one or two phases in proportion; each takes at least one column unless its length is 0."""
    total = sum(each.length for each in phases)
    if not total:
        return []
    room = style.width - 2
    first, last = phases[0], phases[-1]
    columns = round(room * first.length / total)
    if first is not last:
        columns = min(max(columns, int(first.length > 0)), room - int(last.length > 0))
    return [Text.assemble(" ", (first.mark * columns, first.color), (last.mark * (room - columns), last.color))]


def _before_answer(call: Call) -> str:
    """Return the name of the time before the answer, empty if the call may have been answered in it.

    A call that was not answered may not have rung.
    """
    if call.answered_at or call.state is State.RINGING:
        return "ring"
    if call.state in {State.QUEUED, State.DIALING}:
        return call.state
    return "unanswered" if call.state is State.ENDED and call.outcome in NEVER_ANSWERED else ""


def _span(start: datetime | None, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if start and end else None


def _facts(call: Harmless, style: Style) -> Iterator[tuple[str, str]]:
    yield "Session", call.session_id or ""
    yield "Parent", call.parent_id or ""
    yield "Redirected", f" {style.back} ".join(map(_redirected, call.redirections))
    if call.recall:
        yield "Recall", f"{call.recall.type or 'unknown'}, {named(call.recall.party).plain}"
    recording = call.recording
    yield "Recording", ", ".join(filter(None, (ON_OR_OFF[recording.enabled], recording.state)))
    yield "Recorded", recording.url or ""
    yield "Transcription", "on" if recording.transcription_enabled else ""
    yield "Transcribed", recording.transcription_url or ""
    yield "Muted", "yes" if call.media.muted else ""
    if call.verification:
        result, attestation = call.verification.result, call.verification.attestation
        yield "Verification", ", ".join(filter(None, (result, attestation and f"attestation {attestation}")))
    if call.monitoring:
        yield "Monitoring", ", ".join(filter(None, (call.monitoring.state, *_watched(call.monitoring))))
    yield "Actions", ", ".join(call.capabilities)


def _redirected(redirection: Redirection) -> str:
    is_ours = redirection.reason is not Reason.UNKNOWN
    reason = redirection.reason if is_ours else redirection.vendor_reason or Reason.UNKNOWN
    return f"{named(redirection.party, kind=False).plain} ({reason})"


def _watched(view: Monitoring) -> Iterator[str]:
    if view.monitored:
        yield "this user is monitoring the call"
    if view.listening_in:
        yield "a supervisor is listening in"
    if view.monitored_user_muted:
        yield "the monitored user is muted"


def _vendor_fields(sent: Call, provider: str, style: Style) -> list[Text]:
    """Return the metadata, and the vendor's further fields whose values the card does not show yet."""
    known = {text.casefold() for text in _texts(sent._replace(vendor={}, metadata={}, links={}, warnings=()))}
    lines: list[Text] = []
    for heading, group in (("Attached", sent.metadata), (f"More from {provider}", sent.vendor)):
        leaves = [
            (path, f"{len(str(value))} characters, see -o json" if path in SENSITIVE else value)
            for path, value in flattened(group)
            if value not in (None, "", [], {}) and (group is sent.metadata or str(value).casefold() not in known)
        ]
        if leaves:
            rows_below = labeled(rows(leaves, style), style, VENDOR_INDENT)
            lines += [*[Text()] * bool(lines), Text(f" {heading}", "dim italic"), *rows_below]
    return lines


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, Iterable):
        for each in value:
            yield from _texts(each)


def _warnings(call: Harmless, style: Style) -> list[Text]:
    return [line for each in call.warnings for line in sentence(Text(f"! {each}", "yellow"), style)]
