"""Counts what an output that should be masked still tells of people: by rules of its own, from what it was made of.

It shares nothing with what masks: it knows keys that vendors give to numbers, names, owners and whatever customers
attach, and the forms of addresses, and looks for each value in every way in which an output can have it.

    python -m kit.leaks FOLDER…     counts over folders of vendors' answers, FOLDER/VENDOR/*.json
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, unquote_plus, urlsplit

from kit import program

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Value(NamedTuple):
    """What must not be told: its kind, and the text."""

    kind: str
    text: str


# --- What an original tells -------------------------------------------------------------------------------------------

NUMBERS = re.compile(
    r"ani|dnis|from|to|number|.*phonenumber|digits|e164.*|(from|to)(formatted|number)|formatted(from|to)|.*rdnis"
    r"|forwardedfrom|transfer(to|callerid)|exten|extension|calleriddnid|.*(calling|called|caller|dest)number"
    r"|originationdn|address.*|cli|cld|redirectingfromnum"
)
NAMES = re.compile(
    r"name|callername|.*displayname|participantname|flowname|firstname|lastname|(auth)?username|recordingname"
    r"|transcriptionname|conferencename|connectionname|subject|nameraw|queuename|aniname|redirectingfromname"
)
IDS = re.compile(
    r"(person|place|virtualline|user|queue|team|account|project|tenant|externalcontact|organization|endpoint|member)_?id"
    r"|accountsid|accountcode|divisionids|phonenumbersid|clientstate|identity"
)
OWNERS = {"user", "queue", "team", "externalcontact", "divisions", "remoteparty", "redirectingparty", "party", "device"}
"""What has an `id` that is a person's, or that of what people belong to."""

TEXTS = re.compile(r"text|transcript|transcription|responsebody|messagetext|phrase|sentence|location|city|note")
ATTACHED = {"userdata", "attributes", "sipheaders", "headers", "standardheaders", "tag", "uuidata"}
OWN = ("cause", "next")
"""Where a record has a sentence of the program's own, with examples of numbers."""

HAPPENED = {"time", "at", "eventat", "eventtimestamp", "event", "emitdate", "value", "reason"}
"""What an event, a measure or a complaint has besides a `name`, which is then no one's."""

URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s\"'<>\\]+", re.IGNORECASE)
ADDRESS = re.compile(r"(?:sips?|tel|client|sim|mailto):([^\s\"'<>,;?&]+)|([\w.+-]+@[\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)
IP = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
PHONE = re.compile(r"\+\d{7,15}(?!\d)")
TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
NOBODY = re.compile(
    r"\W*|anonymous|unavailable|unknown|private|restricted|withheld|none|null|true|false|\[secret\]"
    r"|(sips?:)?[\w.]*@?anonymous\.invalid|\*\d{2,4}",
    re.IGNORECASE,
)
"""Values that are nobody's: none, words in place of a number, feature codes, and what was withheld before."""

KEPT = {"emergency", "repair"}
"""Types of parties whose numbers everybody knows."""


def told(*originals: Any) -> set[Value]:
    """Return what records and answers tell of people.

    What is nobody's is left out: the IDs of the calls themselves, and a name that is a word of the vendor's as well.
    """
    leaves = [each for original in originals for each in _leaves(original, (), attached=False)]
    values = {each for leaf in leaves for each in leaf.values}
    ids = {str(leaf.text) for leaf in leaves if leaf.path in {("id",), ("sid",), ("sessionid",), ("parentid",)}}
    words = {leaf.text.casefold() for leaf in leaves if not leaf.values}
    return {
        each
        for each in values
        if not NOBODY.fullmatch(each.text)
        and each.text not in ids
        and not (each.text.isalpha() and each.text.casefold() in words)
    }


class _Leaf(NamedTuple):
    path: tuple[str, ...]
    text: str
    values: tuple[Value, ...]


def _leaves(value: Any, path: tuple[str, ...], *, attached: bool) -> Iterator[_Leaf]:
    if isinstance(value, dict):
        if KEPT & {str(value.get(key)) for key in ("callType", "kind")}:
            return
        happened = not HAPPENED.isdisjoint(map(_plain, value))
        for name, each in value.items():
            key = _plain(name)
            key = "thing" if key == "name" and happened else key
            within = attached or key in ATTACHED or (key == "metadata" and path[-1:] in {(), ("call",)})
            yield from _leaves(each, (*path, key), attached=within)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, path, attached=attached)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        text = str(value)
        if path[-2:] == OWN:
            return
        yield _Leaf(path, text, (*_of_key(text, path, attached=attached), *_of_form(text)))


def _plain(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", key.lower())


def _of_key(text: str, path: tuple[str, ...], *, attached: bool) -> Iterator[Value]:
    key = path[-1] if path else ""
    if attached:
        yield Value("attached", text)
        if text.lstrip()[:1] in {"{", "["}:
            yield from (Value("attached", each) for each in _in_json(text))
    elif NUMBERS.fullmatch(key):
        yield Value("number" if re.search(r"\d{3}", text) else "address", text)
    elif NAMES.fullmatch(key):
        yield Value("name", text)
    elif IDS.fullmatch(key) or (key == "id" and len(path) > 1 and path[-2] in OWNERS):
        yield Value("owner", text)
    elif TEXTS.fullmatch(key) and (" " in text or key != "transcription"):  # else its ID
        yield Value("text", text)


def _in_json(text: str) -> Iterator[str]:
    try:
        found = json.loads(text)
    except ValueError:
        return
    level = [found]
    while level:
        each = level.pop()
        if isinstance(each, dict | list):
            level += each.values() if isinstance(each, dict) else each
        elif isinstance(each, str | int | float) and not isinstance(each, bool):
            yield str(each)


def _of_form(text: str) -> Iterator[Value]:
    for url in URL.findall(text):
        yield Value("url", url)
        if host := _host(url):
            yield Value("host", host)
    for scheme, mail in ADDRESS.findall(text):
        address = scheme or mail
        yield Value("address", address)
        yield from (Value("host", part) for part in re.findall(r"@([\w.-]*[a-z][\w.-]*)", address))
    yield from (Value("ip", each) for each in IP.findall(text))
    yield from (Value("number", each) for each in PHONE.findall(text))
    yield from (Value("token", each) for each in TOKEN.findall(text))


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


# --- What an output has -----------------------------------------------------------------------------------------------

SHORT = 5
"""Shorter texts are looked for in their own places only: as words, they are everywhere."""

WHOLE = 7
"""Shorter ones, and those of letters alone, are looked for as words, all others anywhere."""

PHONES = range(7, 16)
BEFORE, AFTER = r"(?<!\d)(?<!\d\.)(?:\d{1,3}[\s().\-/]{0,2})?", r"(?!\d|\.\d)"
"""What can stand before the last ten digits of a number, and what after them, so that it is one."""

BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}")


def left(values: Iterable[Value], output: str) -> set[Value]:
    """Return the values that an output still has, whatever the spelling."""
    seen = views(output)
    return {each for each in values if any(_has(view, each) for view in seen)}


def views(output: str) -> list[str]:
    """Return an output as it is, without escapes, without percent signs, and what is in its base64; in lower case."""
    found = [output, html.unescape(output).replace("\xa0", " ")]
    found.append(_unescaped(output))
    found += [unquote_plus(each) for each in found] + [unquote(output)]
    found += [inner for each in BASE64.findall(output) if (inner := _decoded(each))]
    return list(dict.fromkeys(each.casefold() for each in found))


def _unescaped(text: str) -> str:
    """Return a text without JSON's escapes."""
    plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda each: chr(int(each[1], 16)), text)
    plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return re.sub(r"\\(.)", r"\1", plain)


def _decoded(text: str) -> str:
    """Return the text in base64, "" if there is none in it."""
    plain = text.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""


def _has(view: str, value: Value) -> bool:
    text = value.text.casefold()
    digits = re.sub(r"\D", "", text)
    if len(digits) in PHONES and re.fullmatch(r"[\d\s()+./-]+", text) and not IP.fullmatch(text):
        spaced = r"[\s().\-/]{0,2}".join(digits[-10:])
        return digits[-4:] in view and re.search(BEFORE + spaced + AFTER, view) is not None
    if len(text) < SHORT or text not in view:
        return False
    is_word = text.isalpha() or len(text) < WHOLE
    return not is_word or re.search(rf"(?<![\w-]){re.escape(text)}(?![\w-])", view) is not None


def in_place(values: Iterable[Value], original: Any, output: Any) -> Iterator[Value]:
    """Give the values, however short, that an output has in the very place of the original."""
    texts = {each.text for each in values}
    yield from (Value("in place", each) for each in _same(original, output) if each in texts)


def _same(one: Any, other: Any) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        pairs: Iterable[tuple[Any, Any]] = zip(one.values(), other.values(), strict=False)
    elif isinstance(one, list) and isinstance(other, list):
        pairs = zip(one, other, strict=False)
    else:
        if one == other and isinstance(one, str | int | float) and not isinstance(one, bool):
            yield str(one)
        return
    for each in pairs:
        yield from _same(*each)


class Count:
    """Counts values looked for, outputs, and leaks, and remembers these."""

    def __init__(self) -> None:
        self.values = self.outputs = 0
        self.leaks: Counter[tuple[str, str, str, str]] = Counter()

    def look(self, place: str, form: str, values: Iterable[Value], output: str) -> None:
        """Look for values in an output."""
        values = list(values)
        self.values += len(values)
        self.outputs += 1
        for each in left(values, output):
            self.leaks[place, form, each.kind, each.text] += 1

    def look_in_place(self, place: str, form: str, values: Iterable[Value], original: Any, output: Any) -> None:
        """Look whether an output has values in its places that the original has there."""
        for each in in_place(values, original, output):
            self.leaks[place, form, each.kind, each.text] += 1

    def __str__(self) -> str:
        said = [f"{self.values} values looked for in {self.outputs} outputs: {len(self.leaks)} leaks"]
        return "\n".join(said + [" · ".join(each) for each in sorted(self.leaks)])


# --- By hand ----------------------------------------------------------------------------------------------------------

FORMATS = (("-o", "json"), ("--raw",), ("-o", "table"), ("-o", "csv"), ("-o", "vcon"), ("--include", "raw"))


def main(folders: list[str]) -> int:
    """Count over folders of vendors' answers; return how many leaks there are."""
    count, calls, files = Count(), 0, 0
    with tempfile.TemporaryDirectory() as home:
        env = program.environment(Path(home))
        for path in sorted(each for folder in folders for each in Path(folder).glob("*/*.json")):
            files += 1
            calls += _look_at(path, env, count)
    sys.stdout.write(f"{calls} calls among {files} answers\n{count}\n")
    return len(count.leaks)


def _look_at(path: Path, env: dict[str, str], count: Count) -> bool:
    """Count what is left of an answer; return whether it is a call. Of any other, errors are looked at."""
    place, command = f"{path.parent.name}/{path.name}", ("get", path.parent.name, "--from-file", str(path))
    body = json.loads(path.read_text(encoding="utf-8"))
    plain = program.callinspect(*command, "-o", "json", env=env)
    record = json.loads(plain.stdout) if plain.returncode == 0 else {}
    values = told(record, body)
    for form in FORMATS:
        done = program.callinspect(*command, "--redact", *form, env=env)
        count.look(place, " ".join(form), values, (done.stdout + done.stderr).decode())
        if form[-1] in {"json", "--raw"} and done.returncode == 0:
            sent = body if form[-1] == "--raw" else record
            count.look_in_place(place, " ".join(form), values, sent, json.loads(done.stdout))
    for suffix in ("svg", "html") if record else ():
        drawing = Path(env["HOME"]) / f"call.{suffix}"
        program.callinspect(*command, "--redact", "--export", str(drawing), env=env)
        count.look(place, suffix, values, drawing.read_text(encoding="utf-8"))
    return bool(record)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
