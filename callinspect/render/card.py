"""One call as a card: state and outcome, why, who called whom, when, how long, and whatever else the vendor sent."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from rich.text import Text

from callinspect.model import Call, Direction, Monitoring, Outcome, Party, Reason, Redirection, State
from callinspect.render.duration import seconds
from callinspect.render.inert import inert
from callinspect.render.layout import Style, drawn, flattened, flowing, labelled, sentence, shown

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


def named(party: Party | None) -> Text:
    """Return a party's name, address and place, or why there is none."""
    if party is None:
        return Text("not given", "dim italic")
    if party.private:
        return Text("private", "italic")
    address, name = inert(party.number or party.uri or ""), inert(party.name or "")
    if not address and not name:
        return Text("unknown", "dim italic")
    where = ", ".join(inert(each) for each in (party.location, party.country and party.country.name) if each)
    parts = [
        Text(name if name != address else "", "bold"),
        Text(address),
        Text(f"({where})" if where else "", "dim"),
    ]
    return Text(" ").join(part for part in parts if part)


def _head(call: Call, style: Style) -> list[Text]:
    left = Text.assemble((call.state.upper(), state_style(call)))
    if call.outcome:
        left.append(f" {style.dot} ", "dim").append(call.outcome, OUTCOME_STYLES.get(call.outcome, "yellow"))
    elif call.state is State.UNKNOWN and call.vendor_state:
        left.append(f" ({inert(call.vendor_state)})", "magenta")
    direction = "" if call.direction is Direction.UNKNOWN else f" {style.dot} {call.direction}"
    right = Text(inert(call.provider) + direction, "cyan")
    room = style.width - 2 - left.cell_len - right.cell_len
    head = [Text.assemble(" ", left, " " * room, right)] if room > 1 else flowing([left, right], style)
    return [*head, Text(f" {inert(call.id)}", "bold")]


def _parties(call: Call, style: Style) -> list[Text]:
    own = Text("this side", "dim italic")
    from_ = own if call.from_ is None and call.direction is Direction.OUTBOUND else named(call.from_)
    to = own if call.to is None and call.direction is Direction.INBOUND else named(call.to)
    arrow = Text(style.arrow, "dim")
    line = Text(" ").join([from_, arrow, to])
    lines = [line] if line.cell_len < style.width - 1 else [from_, Text(" ").join([arrow, to])]
    if call.participants:
        lines.append(Text("with ", "dim") + Text(", ").join(map(named, call.participants)))
    return [broken for each in lines for broken in sentence(each, style)]


def _why(call: Call, style: Style) -> list[Text]:
    cause = call.cause
    if cause is None:
        return sentence(Text(OUTCOMES[call.outcome]), style) if call.outcome in OUTCOMES else []
    word = f" ({inert(cause.code)})" if cause.code else ""
    lines = sentence(Text(f"{cause.explanation}{word}."), style) if cause.explanation else []
    if cause.message:
        lines += sentence(Text(style.quoted(inert(cause.message)), "yellow"), style)
    nearest = [f"{name} {code}" for name, code in (("SIP", cause.sip), ("Q.850", cause.q850)) if code is not None]
    said = [f"comparable to {' and '.join(nearest)}"] * bool(nearest) + [f"error {cause.error_id}"] * bool(
        cause.error_id
    )
    return lines + flowing([Text(inert(each), "dim") for each in said], style)


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
    yield "Session", inert(call.session_id or "") if call.session_id != call.id else ""
    yield "Parent", inert(call.parent_id or "")
    yield "Redirected", f" {style.back} ".join(map(_redirected, call.redirections))
    if call.recall:
        yield "Recall", f"{inert(call.recall.type or 'unknown')}, {named(call.recall.party).plain}"
    recording = call.recording
    yield "Recording", ", ".join(each for each in (ON_OR_OFF[recording.enabled], recording.state) if each)
    yield "Recorded", inert(recording.url or "")
    yield "Transcription", "on" if recording.transcription_enabled else ""
    yield "Transcribed", inert(recording.transcription_url or "")
    yield "Muted", "yes" if call.media.muted else ""
    if call.verification:
        attestation = call.verification.attestation
        given = (call.verification.result, f"attestation {attestation}" if attestation else None)
        yield "Verification", inert(", ".join(each for each in given if each))
    if call.monitoring:
        yield "Monitoring", inert(", ".join(_watched(call.monitoring)))
    yield "Possible", inert(", ".join(call.capabilities))


def _redirected(redirection: Redirection) -> str:
    unknown = redirection.reason is Reason.UNKNOWN
    reason = inert(redirection.vendor_reason or "unknown") if unknown else redirection.reason
    return f"{named(redirection.party).plain} ({reason})"


def _watched(view: Monitoring) -> Iterator[str]:
    if view.state:
        yield view.state
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
    for heading, group in (("Attached", call.metadata), (f"More from {inert(call.provider)}", call.vendor)):
        rows = [
            (path, f"{len(str(value))} characters, see -o json" if path in SENSITIVE else shown(value))
            for path, value in flattened(group)
            if value not in (None, "", [], {}) and (group is call.metadata or str(value).casefold() not in known)
        ]
        if rows:
            lines += [*[Text()] * bool(lines), Text(f" {heading}", "dim italic"), *labelled(rows, style)]
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
    return [line for each in call.warnings for line in sentence(Text(f"! {inert(each)}", "yellow"), style)]
