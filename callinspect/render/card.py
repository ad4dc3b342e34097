"""One call as a card: state and outcome, why, who called whom, when, how long, and whatever else the vendor sent.

What a stranger chose cannot pass for what the card says: names and places, and vendors' words that are not plain ones,
stand in quotation marks, and keys that are not ours are indented more than our own labels.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from rich.text import Text

from callinspect.model import Call, Direction, Monitoring, Outcome, Reason, Redirection, State
from callinspect.render.duration import seconds
from callinspect.render.layout import Style, drawn, flattened, flowing, labelled, sentence, shown
from callinspect.render.parties import named, sides

SENSITIVE = frozenset({"identity"})
"""Vendor fields that hold a signed token with both numbers in it: JSON has them, the card does not."""

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
    Outcome.UNANSWERED: "It ended without an answer; the vendor does not say why.",
    Outcome.UNKNOWN: "It is over; the vendor does not say how it came out.",
    Outcome.REJECTED: "The call was refused.",
    Outcome.FAILED: "The call failed; the vendor does not say why.",
}
"""What to say of an ended call without a cause."""

ON_OR_OFF = {True: "on", False: "off", None: ""}

BESIDE = 3
"""Columns before keys that are not ours."""


def card(call: Call, style: Style) -> str:
    """Return the card of a call."""
    lines = [*_head(call, style), Text(), *_parties(call, style), *_why(call, style)]
    details = labelled([(label, value) for label, value in _facts(call, style) if value], style)
    for part in (_timeline(call, style), details, _beside(call, style), _warnings(call, style)):
        if part:
            lines += [Text(), *part]
    return drawn(lines, style)


def state_style(call: Call) -> str:
    """Return the colour of the call's state."""
    return STATE_STYLES.get(call.state, "bold cyan")


def _head(call: Call, style: Style) -> list[Text]:
    left = Text.assemble((call.state.upper(), state_style(call)))
    if call.outcome:
        left.append(f" {style.dot} ", "dim").append(call.outcome, OUTCOME_STYLES.get(call.outcome, "yellow"))
    elif call.state is State.UNKNOWN and call.vendor_state:
        left.append(f" ({style.quoted(call.vendor_state)})", "magenta")
    direction = "" if call.direction is Direction.UNKNOWN else f" {style.dot} {call.direction}"
    right = Text(style.inert(call.provider) + direction, "cyan")
    room = style.width - 2 - left.cell_len - right.cell_len
    head = [Text.assemble(" ", left, " " * room, right)] if room > 1 else flowing([left, right], style)
    return [*head, *sentence(Text(style.word(call.id), "bold"), style)]


def _parties(call: Call, style: Style) -> list[Text]:
    from_, to = sides(call, style)
    arrow = Text(style.arrow, "dim")
    line = Text(" ").join([from_, arrow, to])
    lines = [line] if line.cell_len < style.width - 1 else [from_, Text(" ").join([arrow, to])]
    if call.participants:
        lines.append(Text.assemble(("with ", "dim"), Text(", ").join(named(each, style) for each in call.participants)))
    return [broken for each in lines for broken in sentence(each, style)]


def _why(call: Call, style: Style) -> list[Text]:
    cause = call.cause
    if cause is None:
        return sentence(Text(OUTCOMES[call.outcome]), style) if call.outcome in OUTCOMES else []
    word = f" ({style.word(cause.code)})" if cause.code else ""
    lines = sentence(Text(f"{style.inert(cause.explanation)}{word}."), style) if cause.explanation else []
    if cause.message:
        lines += sentence(Text(style.quoted(cause.message), "yellow"), style)
    nearest = [f"{name} {code}" for name, code in (("SIP", cause.sip), ("Q.850", cause.q850)) if code is not None]
    said = [f"comparable to {' and '.join(nearest)}"] * bool(nearest)
    said += [f"error {style.word(cause.error_id)}"] if cause.error_id else []
    return lines + flowing([Text(each, "dim") for each in said], style)


def _timeline(call: Call, style: Style) -> list[Text]:
    moments = (
        ("queued", call.queued_at),
        ("created", call.created_at),
        ("answered", call.answered_at),
        ("ended", call.ended_at),
    )
    lines: list[Text] = []
    day = None
    for label, moment in moments:
        if moment is None:
            continue
        local = style.local(moment)
        if local.date() != day:
            day = local.date()
            lines.append(Text(f" {local:%a} {local.day} {local:%b %Y}, {local.tzname()}", "dim"))
        lines.append(Text.assemble(f" {local:%H:%M:%S}.{local.microsecond // 1000:03d}  ", (label, "cyan")))
    given = (("billed", call.durations.billed), ("vendor counts", call.durations.reported))
    reported = [Text(f"{word} {seconds(value)}") for word, value in given if value is not None]
    return [*lines, *_bar(call, style), *flowing(reported, style)]


def _bar(call: Call, style: Style) -> list[Text]:
    """Return ring and talk in proportion, and below what they are; a call that goes on counts until it was read."""
    until = call.ended_at or (None if call.state is State.ENDED else call.retrieved_at)
    ringing, talking = style.marks
    spans = [
        (_before_answer(call), _span(call.created_at, call.answered_at or until), ringing, "yellow"),
        ("talk", _span(call.answered_at, until), talking, "green"),
    ]
    known = [(name, length, mark, color) for name, length, mark, color in spans if length is not None]
    total = sum(length for _, length, _, _ in known)
    if total <= 0 or any(length < 0 for _, length, _, _ in known):
        return []
    room = style.width - 2
    ring = 0 if known[0][0] == "talk" else round(room * known[0][1] / total)
    if len(known) == len(spans):
        # However short, what happened is seen.
        ring = min(max(ring, int(known[0][1] > 0)), room - int(known[1][1] > 0))
    bar = Text.assemble(" ", (ringing * ring, "yellow"), (talking * (room - ring), "green"))
    legend = [Text.assemble((mark, color), f" {name} {seconds(length)}") for name, length, mark, color in known]
    legend.append(Text(f"total {seconds(total)}" if call.ended_at else "so far", "dim"))
    return [bar, *flowing(legend, style)]


def _before_answer(call: Call) -> str:
    """Return what the time before the answer is called; a call that was never answered need not have rung."""
    if call.answered_at or call.state is State.RINGING:
        return "ring"
    return "no answer" if call.state is State.ENDED else call.state


def _span(start: datetime | None, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if start and end else None


def _facts(call: Call, style: Style) -> Iterator[tuple[str, str]]:
    def word(text: str | None) -> str:
        return style.word(text) if text else ""

    yield "Session", word(call.session_id) if call.session_id != call.id else ""
    yield "Parent", word(call.parent_id)
    yield "Redirected", f" {style.back} ".join(_redirected(each, style) for each in call.redirections)
    if call.recall:
        yield "Recall", f"{word(call.recall.type) or 'unknown'}, {named(call.recall.party, style).plain}"
    recording = call.recording
    yield "Recording", ", ".join(filter(None, (ON_OR_OFF[recording.enabled], recording.state)))
    yield "Recorded", word(recording.url)
    yield "Transcription", "on" if recording.transcription_enabled else ""
    yield "Transcribed", word(recording.transcription_url)
    yield "Muted", "yes" if call.media.muted else ""
    if call.verification:
        result, attestation = word(call.verification.result), word(call.verification.attestation)
        yield "Verification", ", ".join(filter(None, (result, attestation and f"attestation {attestation}")))
    if call.monitoring:
        yield "Monitoring", ", ".join(filter(None, (word(call.monitoring.state), *_watched(call.monitoring))))
    yield "Possible", ", ".join(map(word, call.capabilities))


def _redirected(redirection: Redirection, style: Style) -> str:
    word = redirection.vendor_reason
    is_ours = redirection.reason is not Reason.UNKNOWN or word in {None, Reason.UNKNOWN}
    reason = redirection.reason if is_ours else style.quoted(word or "")
    return f"{named(redirection.party, style, kind=False).plain} ({reason})"


def _watched(view: Monitoring) -> Iterator[str]:
    if view.monitored:
        yield "this user monitors the call"
    if view.listening_in:
        yield "a supervisor listens in"
    if view.monitored_user_muted:
        yield "the monitored user is muted"


def _beside(call: Call, style: Style) -> list[Text]:
    """Return what the caller attached, and what the vendor sent besides that the card does not show already."""
    known = {text.casefold() for text in _texts(call._replace(vendor={}, metadata={}, links={}, warnings=()))}
    lines: list[Text] = []
    for heading, group in (("Attached", call.metadata), (f"More from {style.inert(call.provider)}", call.vendor)):
        rows = [
            (
                style.word(path),
                f"{len(str(value))} characters, see -o json" if path in SENSITIVE else shown(value, style),
            )
            for path, value in flattened(group)
            if value not in (None, "", [], {}) and (group is call.metadata or str(value).casefold() not in known)
        ]
        if rows:
            lines += [*[Text()] * bool(lines), Text(f" {heading}", "dim italic"), *labelled(rows, style, BESIDE)]
    return lines


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, Iterable):
        for each in value:
            yield from _texts(each)


def _warnings(call: Call, style: Style) -> list[Text]:
    return [line for each in call.warnings for line in sentence(Text(f"! {_warning(each, style)}", "yellow"), style)]


def _warning(text: str, style: Style) -> str:
    """Return a warning in which the vendor's word that it quotes cannot close the quotation."""
    before, mark, rest = text.partition("“")
    word, _, after = rest.rpartition("”")
    return f"{style.inert(before)}{style.quoted(word)}{style.inert(after)}" if mark and word else style.inert(text)
