"""Reads a vendor's calls from its `calls.json`.

The file is an object with up to three keys:

    {
      "parts": {"customer": {"number": "+12025550142"}},
      "calls": {
        "any": {"body": {"id": "{id}", "from": "{customer}", "state": "ended", "ended": "@-7200"}},
        "ringing": {"says": "incoming, ringing", "like": "any", "body": {"-": ["ended"], "state": "ringing"}},
        "living": {"says": "incoming, answered at 5 s", "like": "ringing", "stages": [[0, {}], [5, {"state": "up"}]]}
      },
      "faulty": {"like": "any"}
    }

An entry of `calls` is a call if it has a description, `says`; the others are only templates. An entry that is `like`
another one starts from its body, and its own `body` changes that: a key replaces the same key, `"-"` removes keys. A
body of null is a call that is not found. `stages` are pairs of a second and the change to the previous stage from then
on; null is a call that is not found. Such a call is living: 30 s after its last stage it starts again, with the same
ID and all its times that much later.

`steps` are what happens to successive requests, repeated from the beginning: `ok`, a fault of `faults.py` or the name
of one of the vendor's refusals; `steps_below` are the same for whatever belongs to the call. For each fault of
`faults.SCRIPTS` a call is made from `faulty`. `below` has the lists below the call, by the last segment of their path:
`{"recordings": [{"id": "r-1", "call": "{id}"}]}`. `extra` is for the vendor's own module, `id` is an ID that is not
derived from the entry's name, and `"bare": true` means that the body is not completed.

In strings, `{name}` stands for one of the `parts`, a field of the vendor's account or a name that its module passes to
`read`; `{id}` for the call's ID and `{id of NAME}` for another call's; `{url}`, at the beginning, for the vendor's
address; `{elapsed}` for the seconds since the start; `{hostile}` for text that could harm a terminal. A string that is
only a name becomes the value itself: an ID that is a number stays one. `@-7200` is the time two hours before
the start, in the form that the module passes to `read`, and `@-7200 epoch_seconds` the same in another one of
`scene.FORMS`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from callinspect.errors import ConfigError
from callinspect.sandbox.faults import SCRIPTS
from callinspect.sandbox.scene import ALWAYS, FORMS, HOSTILE, At, Call, Elapsed, Here, Record, Stage
from callinspect.sandbox.template import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_MOMENT: Final = re.compile(r"@(-?\d+(?:\.\d+)?)(?: (\w+))?")
_URL: Final = "{url}"
_ENTRY: Final = {"says", "like", "body", "stages", "steps", "steps_below", "below", "extra", "id", "bare"}


class Catalogue(NamedTuple):
    """The content of a file: the calls in its order, and the parts."""

    calls: tuple[Call, ...]
    parts: Mapping[str, Any]


def read(
    path: Path,
    call_id: Callable[[str], str | int],
    *,
    complete: Callable[[str, dict[str, Any]], Record] = lambda _, record: record,
    known: Mapping[str, Any] | None = None,
    form: str = "iso_milliseconds",
) -> Catalogue:
    """Return the calls of a vendor.

    Args:
        path: its `calls.json`.
        call_id: derives the ID of a call from its entry's name; a number if the vendor's are.
        complete: adds fields to a body that are derived from its entry's name and its other fields.
        known: values of names in strings, in addition to the file's parts.
        form: one of `scene.FORMS`: how times are written that, like `@-7200`, name no form of their own.

    Raises:
        ConfigError: the file is malformed; the message says where and why.
    """
    given = json.loads(path.read_text(encoding="utf-8"))
    reader = _Reader(path, given.get("calls", {}), call_id, complete, form)
    reader.known |= known or {}
    parts = {}
    for name, part in given.get("parts", {}).items():
        reader.known[name] = parts[name] = reader.fill(part, f"the part “{name}”")
    return Catalogue(tuple(reader.all(given.get("faulty", {}))), parts)


class _Reader:
    def __init__(
        self,
        path: Path,
        entries: Mapping[str, Any],
        call_id: Callable[[str], str | int],
        complete: Callable[[str, dict[str, Any]], Record],
        form: str,
    ) -> None:
        self._place = "/".join(path.parts[-5:])
        self._entries = entries
        self._call_id = call_id
        self._complete = complete
        self._form = form
        self.known: dict[str, Any] = {"url": _URL, "hostile": HOSTILE, "elapsed": Elapsed(0)}
        self.known |= {f"id of {name}": self._id(name) for name in entries}

    def all(self, faulty: Mapping[str, Any]) -> Iterator[Call]:
        """Yield the calls without faults, those with the faults of every vendor, and those with the vendor's own."""
        calls = [self._call(name, entry) for name, entry in self._entries.items() if "says" in entry]
        yield from (call for call in calls if not call.faulty)
        for script in SCRIPTS:
            steps = "steps_below" if script.below else "steps"
            yield self._call(script.key, {**faulty, "says": script.description, steps: script.steps})
        yield from (call for call in calls if call.faulty)

    def fill(self, value: Any, place: str, **known: str | int) -> Any:
        """Return *value* with its names replaced.

        Raises:
            ConfigError: a name is unknown.
        """
        try:
            return self._with_markers(filled(value, self.known | known))
        except LookupError as missing:
            raise self._error(f"{place} has {{{missing.args[0]}}}, and nothing of that name is known") from None

    def _with_markers(self, value: Any) -> Any:
        """Return *value* with its times and addresses as markers, since they are known only when the sandbox runs."""
        match value:
            case str() if value.startswith(_URL):
                return Here(value.removeprefix(_URL))
            case str() if found := _MOMENT.fullmatch(value):
                form = found[2] or self._form
                if form not in FORMS:
                    raise self._error(f"“{value}” is not a moment: its form is one of {', '.join(FORMS)}")
                return At(float(found[1]), form)
            case dict():
                return {key: self._with_markers(item) for key, item in value.items()}
            case list():
                return [self._with_markers(item) for item in value]
        return value

    def _call(self, name: str, entry: Mapping[str, Any]) -> Call:
        if unknown := entry.keys() - _ENTRY:
            raise self._error(f"“{name}” has no such key as {', '.join(sorted(unknown))}: {', '.join(sorted(_ENTRY))}")
        body = self._body(name, entry)
        stages = []
        for since, change in entry.get("stages", [[ALWAYS, None if body is None else {}]]):
            body = body if change is None else _merged(body or {}, change)
            stages.append(Stage(since, None if change is None else self._record(name, entry, body)))
        extra, below = (self.fill(entry.get(key, {}), f"“{name}”", id=self._id(name)) for key in ("extra", "below"))
        steps, steps_below = (tuple(entry.get(key, ())) for key in ("steps", "steps_below"))
        return Call(str(self._id(name)), entry["says"], tuple(stages), steps, extra, below, steps_below)

    def _record(self, name: str, entry: Mapping[str, Any], body: Record | None) -> Record:
        record = self.fill(body, f"“{name}”", id=self._id(name))
        return record if entry.get("bare") else self._complete(name, record)

    def _id(self, name: str) -> str | int:
        own: str | int | None = self._entries.get(name, {}).get("id")
        return self._call_id(name) if own is None else own

    def _body(self, name: str, entry: Mapping[str, Any]) -> Record | None:
        start: Record | None = {}
        if like := entry.get("like"):
            if like not in self._entries:
                raise self._error(f"“{name}” is like “{like}”, and there is no such entry")
            start = self._body(like, self._entries[like])
        change = entry.get("body", {})
        return None if change is None else _merged(start or {}, change)

    def _error(self, message: str) -> ConfigError:
        return ConfigError(f"{self._place}: {message}")


def _merged(old: Record, change: Record) -> Record:
    kept = {key: value for key, value in old.items() if key not in change.get("-", ())}
    return kept | {key: value for key, value in change.items() if key != "-"}
