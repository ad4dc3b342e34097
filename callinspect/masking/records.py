"""Masks records, key by key: what is not listed here is masked."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from callinspect.errors import InternalError
from callinspect.masking import forms, texts
from callinspect.masking.documents import NOWHERE, Paths, masked
from callinspect.masking.known import lowered
from callinspect.masking.marks import Marks
from callinspect.masking.plain import Plain
from callinspect.masking.rules import PARTY, RELATED, RULES, WHOSE_NUMBER_STAYS, Rules
from callinspect.model import Call, Related, reading
from callinspect.model.timeline import WATCHED, Happened
from callinspect.model.words import Reason, State
from callinspect.model.writing import record

if TYPE_CHECKING:
    from callinspect.provider import Provider

_QUOTED = re.compile("“([^“”]*)”")

_POINTER = re.compile(r"(/[a-z_]+|/[0-9]+)+|" + WATCHED, re.ASCII)

_RECALL = re.compile(r"recall( \((?P<type>.*)\))?")


class Records:
    """Masks the record of one call.

    Args:
        marks: masks single values.
        provider: the provider of the call.
    """

    def __init__(self, marks: Marks, provider: "Provider") -> None:
        self._marks = marks
        self._provider = provider
        self._said = {*map(str, Reason), *map(str, State)}
        self._plain = Plain(provider, marks)
        self._rules: dict[str, Callable[[Any], Any]] = {
            "kept": self._kept,
            "id": self._id,
            "own": self._own,
            "word": self._word,
            "code": self._code,
            "known": self._known,
            "number": marks.number,
            "uri": marks.uri,
            "name": marks.name,
            "url": marks.url,
            "person": partial(marks.marked, "person"),
            "place": partial(marks.marked, "place"),
            "text": marks.text,
            "sentence": self._sentence,
            "message": self._message,
            "warning": self._warning,
            "party": self._party,
            "links": self._links,
            "data": self._data,
            "vendor": self._vendor,
            "related": self._related,
            "record": self._record,
            "timeline": self._timeline,
            "pointer": self._pointer,
            "detail": self._detail,
        }

    def call(self, call: Call) -> Call:
        """Return a call with what identifies people masked.

        Raises:
            InternalError: it is no record any more.
        """
        try:
            return _restored(reading.call(self._record(record(call))), call)
        except ValueError as error:
            raise InternalError(f"the call cannot be masked: {error}") from None

    def _record(self, value: Any) -> Any:
        return self._by_rules(RULES, value)

    def _by_rules(self, rules: Rules, value: Any) -> dict[str, Any]:
        found = {key: self._value(rule, value[key]) for key, rule in rules.items() if key in value}
        return {key: found[key] if key in found else self._value("data", value[key]) for key in value}

    def _value(self, rule: Any, value: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, list) and rule != "data":
            return [self._value(rule, each) for each in value]
        return self._by_rules(rule, value) if isinstance(rule, Mapping) else self._rules[rule](value)

    def _kept(self, value: Any) -> Any:
        self._marks.show(str(value))
        self._said.add(str(value))
        return value

    def _id(self, value: str) -> str:
        if not self._plain.is_id(value):
            return self._marks.value(value)
        self._said.add(value)
        return self._marks.keep(value)

    def _own(self, value: str) -> str:
        """Return the call's own ID, which applications may choose; but no number or address of somebody."""
        is_somebody = forms.is_telling(value) or (forms.is_number(value) and len(value) >= forms.MIN_NUMBER)
        self._marks.show(value if not is_somebody else "")
        return self._id(value)

    def _word(self, value: str) -> str:
        """Return a vendor's word if it is documented, or plainly is one; else a mask."""
        return str(self._kept(value)) if self._plain.is_word(value) else self._marks.value(value)

    def _code(self, value: str) -> str:
        """Return a vendor's word or number."""
        is_plain = self._plain.is_measure(value) or self._plain.is_word(value)
        return str(self._kept(value)) if is_plain else self._marks.value(value)

    def _known(self, value: str) -> str:
        """Return a vendor's word where customers have words of their own as well."""
        return str(self._kept(value)) if self._plain.is_ours(value) else self._marks.text(value)

    def _sentence(self, value: str) -> str:
        if " " in value and self._marks.known.vocabulary.contains(lowered(value)):
            return value
        return texts.masked(value, self._marks)

    def _message(self, value: str) -> str:
        return self._marks.say(value, self._sentence(value))

    def _party(self, value: dict[str, Any]) -> dict[str, Any]:
        stays = (value.get("kind") or "").casefold() in WHOSE_NUMBER_STAYS
        return self._by_rules({**PARTY, "number": "kept"} if stays else PARTY, value)

    def _links(self, value: dict[str, str]) -> dict[str, str]:
        names = masked(dict.fromkeys(value), self._marks, self._data)
        return dict(zip(names, map(self._marks.url, value.values()), strict=True))

    def _data(self, value: Any, _path: str = "") -> Any:
        """Mask JSON of a caller's or of an event, whatever its fields are called; the vendor's own words stay in it."""
        if isinstance(value, dict | list):
            return masked(value, self._marks, self._data)
        if isinstance(value, str) and self._plain.is_documented(value) and not forms.is_number(value):
            return self._kept(value)
        if isinstance(value, str) and self._marks.is_kept(value):
            return value
        return self._marks.scalar(value)

    def _vendor(self, value: dict[str, Any]) -> Any:
        return masked(value, self._marks, self._marks.value, self._public)

    def _related(self, value: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for name, part in value.items():
            extra = self._provider.extras.get(name)
            paths = Paths(extra.public, plain=self._plain) if extra else NOWHERE
            every = part if isinstance(part, list) else [part] if part is not None else []
            each = [self._part(RELATED.get(name, {}), one, paths) for one in every]
            found[name] = part if part is None else each if isinstance(part, list) else each[0]
        return found

    def _part(self, rules: Rules, value: dict[str, Any], paths: Paths) -> dict[str, Any]:
        found = self._by_rules(rules, {key: each for key, each in value.items() if key != "vendor"})
        if "vendor" in value:
            found["vendor"] = masked(value["vendor"], self._marks, self._marks.value, paths)
        return found

    def _timeline(self, value: dict[str, Any]) -> dict[str, Any]:
        found = self._by_rules(
            {**dict.fromkeys(("at", "event"), "kept"), "vendor_event": "word", "leg": "id"},
            {key: value[key] for key in ("at", "event", "vendor_event", "leg")},
        )
        pointers = {key: self._value("pointer", value[key]) for key in ("party", "source", "also")}
        is_ours = value["source"] == WATCHED or value["event"] == Happened.OBSERVED
        found["detail"] = value["detail"] if is_ours else self._value("detail", value["detail"])
        return {key: {**found, **pointers}.get(key) for key in value}

    def _pointer(self, value: str) -> str:
        return value if _POINTER.fullmatch(value) else self._marks.text(value)

    def _detail(self, value: str) -> str:
        """Mask what the timeline says of a step, unless another key of the record says it in the same words."""
        recalled = _RECALL.fullmatch(value)
        if value in self._said or (recalled and (recalled["type"] is None or recalled["type"] in self._said)):
            return value
        return str(self._data(value))

    def _warning(self, value: str) -> str:
        """Mask what a warning quotes, unless another key of the record has it, and then the rest of the sentence."""
        return self._sentence(_QUOTED.sub(lambda found: f"“{self._quoted(found[1])}”", value))

    def _quoted(self, value: str) -> str:
        return value if value in self._said else self._marks.given(value) or str(self._data(value))

    @cached_property
    def _public(self) -> Paths:
        """Where further fields may be shown; those of an extra without a key in the record are below its name."""
        sent = (
            f"{name}.{path}"
            for name, extra in self._provider.extras.items()
            for path in extra.public.split()
            if extra.read is None
        )
        return Paths(" ".join([self._provider.public, *sent]), self._provider.envelopes, self._plain)


def _restored(found: Call, call: Call) -> Call:
    """Return a masked call with what a record does not have, and what names nobody."""
    related = found.related
    if related is not None and call.related is not None:
        related = related._replace(events=_events(related, call.related), legs=_legs(related, call.related))
    redirections = (each._replace(at=was.at) for each, was in zip(found.redirections, call.redirections, strict=True))
    return found._replace(
        was_answered=call.was_answered,
        is_of_user=call.is_of_user,
        is_ending=call.is_ending,
        redirections=tuple(redirections),
        related=related,
    )


def _events(found: Related, was: Related) -> Any:
    if found.events is None or was.events is None:
        return found.events
    return tuple(each._replace(party=before.party) for each, before in zip(found.events, was.events, strict=True))


def _legs(found: Related, was: Related) -> Any:
    if found.legs is None or was.legs is None:
        return found.legs
    return tuple(
        each._replace(call=each.call and before.call and _restored(each.call, before.call))
        for each, before in zip(found.legs, was.legs, strict=True)
    )
