"""Cases: what a vendor is asked, what it answers, and what must come of it; a folder a vendor in `tests/providers`.

`account.json` says what is true of the vendor's account and of all its cases; `words.json` lists the words that the
vendor is known to use. Each other file is an object of cases by name, and its name is their kind. A case says what it
is `like` and what differs: objects are merged key by key, all else is replaced; `"-": ["key"]` in an object takes keys
away, `"-": "*"` all of them. In an account, `{"key": "rsa"}` is a field that has a private key, made for the run.

A record is completed from `nothing known`, and every key of it is compared. `{id}`, or the name of a field, in a text
stands for its value; a text that is nothing else becomes it, so that an `id` that is a number is sent as one. Within a
record `=` stands for what the vendor sent under that key, `=name` for what it sent under that one (the first there is,
the outermost before those within), `=2` for its second answer.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

from kit import private_keys
from kit.filling import filled as filled  # noqa: PLC0414 - exported: what reads cases fills them
from kit.filling import mapped
from kit.keys import ACCOUNT_KEYS, ANSWER, CAUSE, ERROR, KEYS, NOTHING_KNOWN, OPTIONAL, REFUSAL, SHAPES, Json

HOME = Path(__file__).parents[1] / "providers"
SUCCESSES = range(200, 300)


class CaseError(Exception):
    """A case that cannot be read: where it stands, what was expected there, and what came."""


class Answer(NamedTuple):
    """A request that must go out, and what comes of it; `text` where the body is not JSON."""

    request: str
    status: int
    headers: dict[str, str]
    body: Any
    text: str | None

    @property
    def content(self) -> bytes:
        """The body, as bytes."""
        return (json.dumps(self.body) if self.text is None else self.text).encode()


class Case(NamedTuple):
    """One case, complete.

    Attributes:
        given: all that it says, with what it is like.
        exchange: what must be asked and is answered; nothing for an ID that is refused before it is asked for.
        expected: the whole record, error or refusal; nothing where an answer is no refusal.
    """

    vendor: str
    kind: str
    name: str
    given: Json
    fields: dict[str, str]
    call_id: str
    extras: list[str]
    exchange: list[Answer]
    expected: Json

    @property
    def place(self) -> str:
        """Where to find it."""
        return f"tests/providers/{self.vendor}/{self.kind}.json: “{self.name}”"

    @property
    def told(self) -> Answer:
        """The answer that tells of the call: the first that is no refusal, where a vendor has two places for calls."""
        return next(each for each in self.exchange if each.status in SUCCESSES)

    @property
    def title(self) -> str:
        """What to call it among all cases."""
        return f"{self.vendor}/{self.name}"


def vendors(home: Path = HOME) -> list[str]:
    """Return the vendors that have cases."""
    return sorted(path.parent.name for path in home.glob("*/account.json"))


def cases(kind: str, vendor: str | None = None, home: Path = HOME) -> list[Case]:
    """Return the cases of a kind, of one vendor or of all; complete.

    Raises:
        CaseError: one of them cannot be read.
    """
    return [
        each for name in ([vendor] if vendor else vendors(home)) for each in _complete(name, home) if each.kind == kind
    ]


def good(vendor: str) -> Case:
    """Return the case of a vendor that stands for a call with nothing amiss: ended, and read in one request."""
    name = account(vendor)["good"]
    for each in cases("calls", vendor):
        if each.name == name:
            return each
    raise CaseError(f"tests/providers/{vendor}/account.json: “good” is “{name}”, and there is no such call")


@cache
def account(vendor: str, home: Path = HOME) -> Json:
    """Return what is true of a vendor's account and of all its cases.

    Raises:
        CaseError: it cannot be read.
    """
    path = home / vendor / "account.json"
    if not path.exists():
        raise CaseError(f"{_shown(path)}: there is no such file; it says what is true of all cases of {vendor}")
    found = _loaded(path)
    _check_keys(found, tuple(ACCOUNT_KEYS), _shown(path))
    for key, meaning in ACCOUNT_KEYS.items():
        if key not in found and key not in OPTIONAL:
            raise CaseError(f"{_shown(path)}: expected “{key}”, {meaning}; came none")
    found["fields"] = {name: _made(value) for name, value in found["fields"].items()}
    return found


def _made(value: Any) -> Any:
    """Return a field's value: a new key where that is what it is to be."""
    return private_keys.MADE[value["key"]]() if isinstance(value, dict) else value


def vocabulary(vendor: str, home: Path = HOME) -> Json:
    """Return the words that a vendor is known to use, from its pages: by kind, then by field; `*` is any other word.

    Raises:
        CaseError: they cannot be read.
    """
    path = home / vendor / "words.json"
    if not path.exists():
        raise CaseError(f"{_shown(path)}: there is no such file; it lists the words of {vendor}, by kind and field")
    return _loaded(path)


# --- From a file to a case --------------------------------------------------------------------------------------------


@cache
def _complete(vendor: str, home: Path) -> list[Case]:
    of = account(vendor, home)
    said = _read(vendor, home)
    if not any(kind == "calls" for kind, _ in said.values()):
        raise CaseError(f"tests/providers/{vendor}/calls.json: there are no cases; a vendor has at least one call")
    return [_case(vendor, kind, name, _inherited(said, of, vendor, name), of) for name, (kind, _) in said.items()]


def _read(vendor: str, home: Path) -> dict[str, tuple[str, Json]]:
    """Return all that a vendor's files say: the kind and the text of each case, by its name."""
    said: dict[str, tuple[str, Json]] = {}
    for path in sorted((home / vendor).glob("*.json")):
        if path.stem in {"account", "words"}:
            continue
        if path.stem not in KEYS:
            expected = ", ".join((*KEYS, "account"))
            raise CaseError(f"{_shown(path)}: expected a file of {expected} or words, came “{path.stem}”")
        for name, given in _loaded(path).items():
            place = f"{_shown(path)}: “{name}”"
            if name in said:
                raise CaseError(f"{place}: the name stands twice, here and in {said[name][0]}.json")
            if not isinstance(given, dict):
                raise CaseError(f"{place}: expected an object, came {json.dumps(given)}")
            _check_keys(given, KEYS[path.stem], place)
            said[name] = path.stem, given
    return said


def _loaded(path: Path) -> Json:
    def unique(pairs: list[tuple[str, Any]]) -> Json:
        names = [name for name, _ in pairs]
        for name in names:
            if names.count(name) > 1:
                raise CaseError(f"{_shown(path)}: “{name}”: the name stands twice")
        return dict(pairs)

    try:
        found = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=unique)
    except ValueError as error:
        raise CaseError(f"{_shown(path)}: this is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise CaseError(f"{_shown(path)}: expected an object of cases by name, came {json.dumps(found)[:60]}")
    return found


def _inherited(
    said: dict[str, tuple[str, Json]], of: Json, vendor: str, name: str, below: tuple[str, ...] = ()
) -> Json:
    """Return what a case says, with what those that it is like, and the account, say where it is silent."""
    kind, given = said[name]
    place = f"tests/providers/{vendor}/{kind}.json: “{name}”"
    like = given.get("like")
    if like is None:
        return cast("Json", merged({key: of[key] for key in ("fields", "id") if key in of}, given, place))
    if like not in said or like in {name, *below}:
        why = "which is like this one" if like in said else "and there is no such case"
        raise CaseError(f"{place}: it is like “{like}”, {why}")
    above = {
        key: value
        for key, value in _inherited(said, of, vendor, like, (*below, name)).items()
        if key in KEYS[kind] and not (key in {"body", "text"} and {"body", "text"} & given.keys() - {key})
    }
    return cast("Json", merged(above, given, place))


def merged(old: Any, new: Any, place: str = "") -> Any:
    """Return a value with what differs: objects key by key, all else replaced; `-` says what goes.

    Raises:
        CaseError: what is to go is not there.
    """
    if not isinstance(new, dict):
        return new
    old = old if isinstance(old, dict) else {}
    gone = new.get("-", [])
    if gone == "*":
        gone = list(old)
    if missing := [key for key in gone if key not in old]:
        raise CaseError(
            f"{place}: “-” takes {', '.join(missing)} away, and there is only {', '.join(old) or 'nothing'}"
        )
    kept = {key: value for key, value in old.items() if key not in gone}
    return kept | {key: merged(kept.get(key), value, f"{place}: {key}") for key, value in new.items() if key != "-"}


def _case(vendor: str, kind: str, name: str, given: Json, of: Json) -> Case:
    place = f"tests/providers/{vendor}/{kind}.json: “{name}”"
    fields, call_id = given.get("fields", {}), str(given.get("id", ""))
    known = {"id": given.get("id", ""), **fields}
    given = filled(given, known)
    extras = given.get("with", [])
    exchange: list[Answer] = []
    if kind in {"calls", "errors"}:
        if not call_id:
            raise CaseError(f"{place}: expected an id, came none")
        exchange = list(_exchange(given, extras, filled(of, known), place))
    shape = {"calls": NOTHING_KNOWN, "errors": ERROR, "refusals": REFUSAL}.get(kind)
    expected: Json = {}
    if shape is not None:
        part = kind.removesuffix("s").replace("call", "record")
        if not isinstance(given.get(part), dict) and not (kind == "refusals" and part in given):
            raise CaseError(f"{place}: expected an object “{part}”, came {json.dumps(given.get(part))}")
        start = {"provider": vendor, "id": call_id} if kind == "calls" else {}
        expected = _completed(start | given[part], shape, f"{place}: {part}") if given[part] is not None else {}
        expected = _as_sent(expected, "", [each.body for each in exchange], f"{place}: {part}")
    return Case(vendor, kind, name, given, fields, call_id, extras, exchange, expected)


def _exchange(given: Json, extras: list[str], of: Json, place: str) -> Iterator[Answer]:
    """Give what must be asked, and what is answered: nothing where a call's ID is refused before it is asked for."""
    if "body" not in given and "text" not in given:
        return
    further = [of["extras"][extra] for extra in extras]
    requests = [of["call"], *(each for asked in further for each in ([asked] if isinstance(asked, str) else asked))]
    for number, each in enumerate([given, *given.get("then", [])]):
        if number:
            _check_keys(each, ("request", *ANSWER), f"{place}: then")
        request = each.get("request") or (requests[number] if number < len(requests) else None)
        if request is None:
            raise CaseError(f"{place}: expected the request of answer {number + 1}, came none")
        yield Answer(request, each.get("status", 200), each.get("headers", {}), each.get("body"), each.get("text"))


def _completed(given: Json, shape: Json, place: str) -> Json:
    """Return an object with all keys, those that it does not say as they are where nothing is known."""
    _check_keys(given, tuple(shape), place)

    def full(key: str, value: Any) -> Any:
        if key not in SHAPES or not isinstance(value, dict | list):
            return value
        if isinstance(value, dict):
            return _completed(value, SHAPES[key], f"{place}.{key}")
        return [
            _completed(each, SHAPES[key], f"{place}.{key}[{number}]") if isinstance(each, dict) else each
            for number, each in enumerate(value)
        ]

    if shape is CAUSE:
        given = {f"{code}_from": "nearest" for code in ("sip", "q850") if given.get(code) is not None} | given
    return {key: full(key, given.get(key, value)) for key, value in shape.items()}


def _as_sent(value: Any, key: str, bodies: list[Any], place: str) -> Any:
    """Return a value with what the vendor sent in the place of what says so."""
    if not isinstance(value, str) or not value.startswith("="):
        return mapped(
            value, lambda each, name: _as_sent(each, name or key, bodies, f"{place}.{name}" if name else place)
        )
    name = value[1:] or key
    if name.isdigit() and 0 < int(name) <= len(bodies):
        return bodies[int(name) - 1]
    level = list(bodies)
    while level:
        for each in level:
            if isinstance(each, dict) and name in each:
                return each[name]
        level = [inner for each in level for inner in _inside(each)]
    raise CaseError(f"{place}: “{value}” is what the vendor sent as “{name}”, and no answer has that")


def _inside(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _check_keys(given: Json, known: tuple[str, ...], place: str) -> None:
    if unknown := [key for key in given if key not in known]:
        raise CaseError(f"{place}: expected keys of {', '.join(known)}; came {', '.join(map(json.dumps, unknown))}")


def _shown(path: Path) -> str:
    return f"tests/providers/{path.parent.name}/{path.name}"
