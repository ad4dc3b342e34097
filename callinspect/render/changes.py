"""What changed of a call, in the words of its card."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from callinspect.render.jsontext import dumps
from callinspect.render.labels import LABELS, MOMENTS
from callinspect.render.moments import clock
from callinspect.render.style import Style

UNSAID = frozenset({"cause.sip_from", "cause.q850_from"})
"""Fields that are in JSON only."""

OURS = frozenset({"cause.explanation", "cause.next"})
"""Fields with sentences of ours."""

WORDS = {True: "yes", False: "no", None: "not reported"}
SWITCHES = frozenset({"recording.enabled", "recording.transcription_enabled"})


def changes(found: Mapping[str, list[Any]], style: Style) -> Iterator[str]:
    """Yield changed fields, each with its old and new value, as texts that may be drawn as they are."""
    for path, values in found.items():
        if path in UNSAID:
            continue
        before, after = (_value(path, each, style) for each in values)
        what = after if values[0] is None else f"{before} {style.arrow} {after}"
        yield f"{LABELS.get(path) or style.word(path)}: {what}"


def _value(path: str, value: Any, style: Style) -> str:
    if value is None or isinstance(value, bool):
        return ("on" if value else "off") if path in SWITCHES and value is not None else WORDS[value]
    if not isinstance(value, str):
        return dumps(value, lines=True)
    if path in MOMENTS:
        return clock(style.local(datetime.fromisoformat(value)))
    return value if path in OURS else style.quoted(value) if path.endswith("name") else style.word(value)
