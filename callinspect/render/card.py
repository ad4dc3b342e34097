"""One call as a card: state, outcome and why, parties, times and durations, details, links, and what else was sent.

Text from outside cannot be mistaken for the card's own (see `harmless`); the vendor's keys are indented more than our
labels (see `further`).
"""

from collections.abc import Iterator
from datetime import datetime

from rich.text import Text

from callinspect.model import (
    Call,
    Cause,
    Direction,
    Monitoring,
    Outcome,
    Reason,
    RecordingState,
    Redirection,
    State,
    Verification,
)
from callinspect.render.further import further
from callinspect.render.harmless import Harmless, harmless
from callinspect.render.labels import LABELS
from callinspect.render.layout import flowing, labeled, sentence, to_text
from callinspect.render.moments import timeline
from callinspect.render.parties import from_and_to, named
from callinspect.render.style import Style

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

ON_OR_OFF = {True: "on", False: "off", None: ""}


def card(sent: Call, style: Style, *, now: datetime | None = None, is_sandbox: bool = False) -> str:
    """Return the card of a call.

    Args:
        sent: the call.
        style: how to draw.
        now: the current time, for how long ago the call ended and how long it has been going on; None if that is not
            known better than when the call was read.
        is_sandbox: whether the call came from our sandbox.
    """
    call = harmless(sent, style)
    details = labeled([(label, value) for label, value in _facts(call, style) if value], style)
    parts = (
        _head(call, style, is_sandbox=is_sandbox),
        _why(call, style),
        from_and_to(call, style),
        timeline(call, style, now),
        details,
        *further(sent, style),
        labeled([("Actions", ", ".join(call.capabilities))], style) if call.capabilities else [],
        _warnings(call, style),
    )
    lines = [line for part in parts if part for line in (Text(), *part)]
    return to_text(lines[1:], style)


def state_style(call: Call) -> str:
    """Return the color of the call's state."""
    return STATE_STYLES.get(call.state, "bold cyan")


def _head(call: Harmless, style: Style, *, is_sandbox: bool) -> list[Text]:
    left = Text.assemble((call.state.upper(), state_style(call)))
    if call.outcome:
        left.append(f" {style.dot} ", "dim").append(call.outcome, OUTCOME_STYLES.get(call.outcome, "yellow"))
    elif call.state is State.UNKNOWN and call.vendor_state:
        left.append(f" ({call.vendor_state})", "magenta")
    direction = "" if call.direction is Direction.UNKNOWN else f" {style.dot} {call.direction}"
    right = Text(call.provider + direction)
    if is_sandbox:
        right.append(f" {style.dot} ").append("sandbox", "bold reverse magenta")
    room = style.width - 2 - left.cell_len - right.cell_len
    head = [Text.assemble(" ", left, " " * room, right)] if room > 1 else flowing([left, right], style)
    return [*head, *sentence(Text(call.id, "bold"), style)]


def _why(call: Harmless, style: Style) -> list[Text]:
    cause = call.cause or Cause()
    outcome = OUTCOMES.get(call.outcome, "").format(provider=call.provider) if call.outcome else ""
    summary = cause.explanation or cause.title or outcome
    code = cause.code or ""
    lines = sentence(Text(f"{summary} ({code})." if code else f"{summary}."), style) if summary else []
    if cause.message:
        lines += sentence(Text(cause.message), style)
    nearest = [f"{name} {value}" for name, value in (("SIP", cause.sip), ("Q.850", cause.q850)) if value is not None]
    facts = [f"cause {code}"] * bool(code and not summary)
    facts += [f"{style.nearly} {f' {style.dot} '.join(nearest)}"] * bool(nearest)
    facts += [f"error {cause.error_id}"] if cause.error_id else []
    return lines + flowing(map(Text, facts), style)


def _facts(call: Harmless, style: Style) -> Iterator[tuple[str, str]]:
    yield LABELS["session_id"], call.session_id or ""
    yield LABELS["parent_id"], call.parent_id or ""
    yield "Redirected", f" {style.back} ".join(map(_redirected, call.redirections))
    if call.recall:
        yield "Recall", f"{call.recall.type or 'unknown'}, {named(call.recall.party, kind=False).plain}"
    if call.verification:
        yield LABELS["verification.result"], ", ".join(_verified(call.verification))
    if call.monitoring:
        yield LABELS["monitoring.state"], ", ".join(filter(None, (call.monitoring.state, *_watched(call.monitoring))))
    yield LABELS["media.muted"], "yes" if call.media.muted else ""
    yield "Ended by", call.ended_by or "" if call.ended_at is None else ""
    recording = call.recording
    state = "in progress" if recording.state is RecordingState.RECORDING else recording.state
    yield LABELS["recording.state"], ", ".join(filter(None, (ON_OR_OFF[recording.enabled], state)))
    yield LABELS["recording.url"], recording.url or ""
    yield LABELS["recording.transcription_enabled"], "on" if recording.transcription_enabled else ""
    yield LABELS["recording.transcription_url"], recording.transcription_url or ""


def _redirected(redirection: Redirection) -> str:
    is_ours = redirection.reason is not Reason.UNKNOWN
    reason = redirection.reason if is_ours else redirection.vendor_reason or Reason.UNKNOWN
    return f"{named(redirection.party, kind=False).plain} ({reason})"


def _verified(found: Verification) -> Iterator[str]:
    for name, value in (("", found.result), ("attestation ", found.attestation), ("origin ", found.originating_id)):
        if value:
            yield name + value


def _watched(view: Monitoring) -> Iterator[str]:
    for name in ("monitored", "listening_in", "monitored_user_muted"):
        if getattr(view, name):
            yield LABELS[f"monitoring.{name}"]


def _warnings(call: Harmless, style: Style) -> list[Text]:
    marked = (Text.assemble(("!", "bold yellow"), f" {each}") for each in call.warnings)
    return [line for each in marked for line in sentence(each, style)]
