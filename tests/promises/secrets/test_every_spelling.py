"""A secret is hidden however it is spelled, wherever it stands, and nothing else is."""

from __future__ import annotations

import html
import json
import unicodedata
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import pytest
from kit.canary import CORE, SPELL, canary, leaks

from callinspect.redaction import Secrets

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("plain", [True, False])
def test_a_canary_is_found_in_every_form(plain: bool) -> None:
    value = canary("x", plain=plain)
    assert len(value) >= 20
    pair = [b64encode(f"{'u' * length}:{value}".encode()).decode() for length in range(3)]
    forms = [value, quote(value), quote_plus(value), repr(value), json.dumps(value), json.dumps(value[:16]), *pair]
    spelled = [spell(value) for name, spell in SPELL.items() if name != "for a web page"]
    for form in [*forms, *map(quote, pair), *spelled]:
        assert leaks(f"something {form} else".encode()), form
    assert leaks(b"something else") == []


ODD_SECRETS = {
    "canary": canary("odd"),
    "quotes and a backslash": canary("odd", plain=False),
    "escapes of its own": "100%secret%41word%2fabc&amp;C:\\u0041\\new",
    "base64": b64encode(f"api-user:{canary('odd')}??>".encode()).decode(),
}


@pytest.mark.parametrize(
    ("secret", "ours", "hidden"),
    [
        ("RCC3N118!", "01RCC3N118!B1V0", "01RCC3N118!B1V0"),
        ("95ac8d6e-1a31!", "/calls/c-95ac8d6e-1a31!c52e", "/calls/c-95ac8d6e-1a31!c52e"),
        ("api/v2", "http://gws.test/api/v2/me", "http://gws.test/api/v2/me"),
        ("S3cret-4x!", "line 1: S3cret-4x! does not name a provider", "line 1: [secret] does not name a provider"),
    ],
)
def test_of_a_short_secret_no_part_of_an_id_is_hidden(secret: str, ours: str, hidden: str) -> None:
    secrets = Secrets()
    secrets.add(secret)
    assert secrets.hide(ours, ours=True) == hidden


@pytest.mark.parametrize("secret", ODD_SECRETS.values(), ids=ODD_SECRETS.keys())
@pytest.mark.parametrize("way", SPELL)
def test_a_secret_is_found_however_it_is_spelled(way: str, secret: str) -> None:
    secrets = Secrets()
    secrets.add(secret)
    for text in (f"see ?x={SPELL[way](secret)}", f"{{\n{SPELL[way](secret)}\n}}"):
        assert secrets.hide(text) == secrets.hide(text, ours=True) == text.replace(SPELL[way](secret), "[secret]")
        assert secrets.hide_body(text.encode()) == text.replace(SPELL[way](secret), "[secret]").encode()


@pytest.mark.parametrize("secret", [canary("odd"), canary("odd", plain=False)])
def test_a_secret_is_found_in_a_mixture_of_spellings(secret: str) -> None:
    secrets, dice = Secrets(), Random(1)
    secrets.add(secret)
    ways = [each for each in SPELL.values() if each not in {quote_plus, html.escape}]
    for _ in range(200):
        mixed = "".join(dice.choice(ways)(each) for each in secret)
        assert secrets.hide(f"<{mixed}>") == "<[secret]>", mixed


BEYOND_ASCII: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "decomposed": partial(unicodedata.normalize, "NFD"),
    "quoted": quote,
    "quoted and decomposed": lambda text: quote(unicodedata.normalize("NFD", text)),
    "quoted as Latin-1": partial(quote, encoding="latin-1", errors="xmlcharrefreplace"),
    "as JSON": lambda text: json.dumps(text)[1:-1],
    "as JSON in JSON": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "as Python": lambda text: ascii(text)[1:-1],
    "as bytes of Python": lambda text: repr(text.encode())[2:-1],
    "for a web page": lambda text: text.encode("ascii", "xmlcharrefreplace").decode(),
}


@pytest.mark.parametrize("secret", ["pässwörd", "ключ-для-проверки", "n👍🏽t a pässwörd"])
@pytest.mark.parametrize("way", BEYOND_ASCII)
def test_a_secret_beyond_ascii_is_found(way: str, secret: str) -> None:
    for known in {secret, unicodedata.normalize("NFD", secret)}:
        secrets = Secrets()
        secrets.add(known)
        assert secrets.hide(f"see {BEYOND_ASCII[way](secret)}.") == "see [secret]."


BODIES = {
    "odd layout": b'\xef\xbb\xbf{"a" :1.0,\r\n\t"b":"\\/x SECRET\\n", "c":1e400}  ',
    "a key twice": b'{"a":"SECRET","a":"\\u0041","SECRET":1,"SECRET":2}',
    "torn": b'{"a":"\\u00',
    "Latin-1": b'{"a":"\xe4 SECRET \xff"}',
    "an escape before it": b'{"a":"\\"SECRET\\"","b":"C:\\\\SECRET\\\\n"}',
    "one after the other": b'["SECRETSECRET","SECRET"]',
    "a web page": b"<p>SECRET&amp;SECRET</p>",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_all_of_a_body_but_the_secret_stays(body: bytes) -> None:
    secrets, secret = Secrets(), canary("body")
    secrets.add(secret)
    sent = body.replace(b"SECRET", secret.encode())
    expected = body.replace(b"SECRETSECRET", b"SECRET").replace(b"\\\\SECRET", b"SECRET")
    assert secrets.hide_body(sent) == expected.replace(b"SECRET", b"[secret]")
    assert secrets.hide_body(body) is body


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le", "utf-32"])
def test_a_secret_in_a_wide_encoding_is_taken_out(encoding: str) -> None:
    secrets = Secrets()
    secrets.add(canary("wide"))
    assert canary("wide").encode(encoding)[4:] not in secrets.hide_body(f'{{"a":"{canary("wide")}"}}'.encode(encoding))


def test_a_secret_at_any_place_in_a_long_body_is_found() -> None:
    secrets, secret, filler = Secrets(), canary("far"), b"%41, \xe4%" * 40_000
    secrets.add(secret, secret[4:-2])
    for border, step in ((128 * 1024, 1), (192 * 1024, 5)):
        for length in range(border - 26, border + 2, step):
            body = filler[:length] + secret.encode() + b" and so on"
            assert secrets.hide_body(body) == filler[:length] + b"[secret] and so on"


class Searched(bytes):
    """Counts how often something is looked for in it."""

    searches = 0

    def __contains__(self, part: Any) -> bool:
        Searched.searches += 1
        return super().__contains__(part)


def test_many_tokens_do_not_make_hiding_slower() -> None:
    def searches(tokens: int) -> int:
        secrets = Secrets()
        secrets.add(canary("kept"))
        for number in range(tokens):
            secrets.add_sent(f"Bearer {number:03}{CORE}")
        before = Searched.searches
        secrets.hide_body(Searched(b'{"a":1}'))
        assert secrets.hide(f"{canary('kept')} {tokens - 1:03}{CORE}") == "[secret] [secret]"
        return Searched.searches - before

    assert searches(1) < searches(100) == searches(1_000) < 100


def test_secrets_are_hidden_while_others_are_added() -> None:
    secrets = Secrets()
    secrets.add(canary("kept"))

    def work(worker: int) -> set[str]:
        found = set()
        for number in range(200):
            secrets.add_sent(f"Bearer {worker:02}{number:03}{CORE}")
            found.add(secrets.hide(f"{worker:02}{number:03}{CORE} {canary('kept')}"))
        return found

    with ThreadPoolExecutor(8) as pool:
        assert set().union(*pool.map(work, range(8))) == {"[secret] [secret]"}


def test_of_overlapping_secrets_nothing_is_left() -> None:
    secrets = Secrets()
    secrets.add("secret", "canary-secret-7", "secret-7f3a91c0-word")
    assert secrets.hide("a canary-secret-7f3a91c0-word, a secret") == "a [secret], a [secret]"
