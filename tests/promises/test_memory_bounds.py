"""Every run ends in little memory, whatever it reads."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING

import pytest
from kit.bounds import BOMB, Measured, bounded, one_call, together, within_bounds
from kit.counting import Counting, account
from kit.program import BASIC, VENDOR, ask, env_of, environment, failure, measured
from kit.servers import CHUNKED, DRIP, GOOD, HEAD, HINTS, Answer, Server, after, answer, body, endlessly, head

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HUGE: dict[str, tuple[Answer, str]] = {
    "endless": (after(HEAD + b"\r\n", endlessly(b" " * 65536)), "answered with more than 10 MiB"),
    "endless chunks": (
        after(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", endlessly(b"8000\r\n" + b" " * 0x8000 + b"\r\n")),
        "answered with more than 10 MiB",
    ),
    "declared": (after(HEAD + b"Content-Length: 99999999999\r\n\r\n", endlessly(b" " * 65536)), "more than 10 MiB"),
    "a gzip bomb": (answer(200, BOMB, {"Content-Encoding": "gzip"}), "encoded as gzip, which was not asked for"),
    "a deflate bomb": (answer(200, BOMB, {"Content-Encoding": "deflate"}), "encoded as deflate"),
}


@pytest.mark.parametrize(("sent", "says"), HUGE.values(), ids=HUGE.keys())
def test_a_body_beyond_measure_is_refused_in_little_memory(sent: Answer, says: str, tmp_path: Path) -> None:
    with Server(sent) as server:
        done, _, used = measured("get", VENDOR, "c-1", env=env_of(tmp_path, server.url))
        assert says in failure(done, 12)
        assert used < 120_000_000
        assert len(server.requests) == 1


def test_a_body_of_ten_mebibytes_is_the_largest_that_is_read(tmp_path: Path) -> None:
    most = body().ljust(10 * 1024 * 1024)
    with Server(answer(200, most), answer(200, most + " ")) as server:
        env = env_of(tmp_path, server.url)
        done = ask(env)
        assert (done.returncode, done.stderr) == (0, b"")
        assert "more than 10 MiB" in failure(ask(env), 12)


TOO_LONG = "did not send a complete HTTP response"
TOO_MUCH: dict[str, tuple[Answer, int, str]] = {
    "empty lines before the status line": (endlessly(b"\r\n", DRIP), 7, TOO_LONG),
    "a chunk extension without end": (after(CHUNKED + b"1;a=", endlessly(b"x" * 65536)), 7, TOO_LONG),
    "a chunk's size without end": (after(CHUNKED, endlessly(b"0" * 65536)), 7, TOO_LONG),
    "trailers without end": (after(CHUNKED + b"0\r\n", endlessly(b"X: y\r\n" * 9999)), 7, TOO_LONG),
    "a status line without end": (after(b"HTTP/1.1 200 ", endlessly(b"K" * 65536)), 7, TOO_LONG),
    "a folded header without end": (after(HEAD + b"X: y\r\n", endlessly(b" z\r\n" * 9999)), 7, TOO_LONG),
    "an interim answer's headers without end": (
        after(b"HTTP/1.1 103 Hm\r\n", endlessly(b"X: y\r\n" * 9999)),
        7,
        TOO_LONG,
    ),
    "a header of a megabyte": (HEAD + b"X: " + b"x" * 1_000_000 + b"\r\n\r\n{}", 7, TOO_LONG),
    "headers of a megabyte": (HEAD + b"X: y\r\n" * 170_000 + b"\r\n{}", 7, TOO_LONG),
    "a failure's body without end": (after(head(500), endlessly(b" " * 65536)), 12, "more than 10 MiB"),
    "a refusal's body without end": (after(head(401), endlessly(b" " * 65536)), 12, "more than 10 MiB"),
    "a limit's body without end": (after(head(429), endlessly(b" " * 65536)), 12, "more than 10 MiB"),
    "large chunks": (after(CHUNKED, endlessly(b"ffffffff\r\n" + b" " * 0xFFFFF)), 12, "more than 10 MiB"),
    "a chunk of no size that there is": (after(CHUNKED + b"f" * 30 + b"\r\n", endlessly(b" " * 65536)), 7, TOO_LONG),
    "a raw deflate bomb": (
        answer(200, zlib.compress(bytes(9_000_000), wbits=-15), {"Content-Encoding": "deflate"}),
        12,
        "encoded as deflate",
    ),
    "a bomb in a bomb": (
        answer(200, gzip.compress(BOMB), {"Content-Encoding": "gzip, gzip"}),
        12,
        "encoded as gzip, gzip",
    ),
    "a bomb in chunks": (
        head(200, "Content-Encoding: GZIP", "Transfer-Encoding: chunked")
        + b"%x\r\n%b\r\n0\r\n\r\n" % (len(BOMB), BOMB),
        12,
        "which was not asked for",
    ),
    "a bomb among the transfer codings": (head(200, "Transfer-Encoding: gzip, chunked") + BOMB, 7, TOO_LONG),
    "a bomb that does not say so": (answer(200, BOMB), 12, "cannot be read"),
    "a bomb with a failure": (
        answer(500, BOMB, {"Content-Encoding": "gzip"}),
        7,
        "an unfamiliar body instead of the vendor's own error message (HTTP 500)",
    ),
    "brackets": (answer(200, b"[" * 10_000_000), 12, "cannot be read"),
    "digits": (answer(200, b"9" * 10_000_000), 12, "cannot be read"),
    "a text": (answer(200, b'{"callId": "' + b"x" * 10_000_000), 12, "cannot be read"),
    "escapes": (answer(200, b'"' + rb"\u0001" * 1_600_000 + b'"'), 12, "something other than a call"),
}

AMPLIFIED: dict[str, bytes] = {
    "texts": b'{"callId": "c-1", "x": [' + b'"ab",' * 2_000_000 + b'"ab"]}',
    "keys": b'{"callId": "c-1", ' + b",".join(b'"%x":1' % i for i in range(900_000)) + b"}",
    "values and an escape": b'["\\n",' + b'{"a":0},' * 1_300_000 + b"0]",
    "values and an escape of another kind": b'["%41&amp;\\u0041",' + b"[]," * 3_400_000 + b"0]",
    "escapes within escapes": b'["' + b"%5Cu0034%255C%2575" * 580_000 + b'"]',
    "passwords": b'["' + f"{BASIC} ".encode() * 380_000 + b'"]',
}
"""Bodies below ten mebibytes whose values take many times that."""

ENOUGH: dict[str, bytes] = {
    "a header of 60 kB": HEAD + b"X: " + b"x" * 60_000 + b"\r\nContent-Length: 18\r\n\r\n" + b'{"callId": "c-1"} ',
    "ten thousand headers": HEAD + b"X: y\r\n" * 10_000 + b"Content-Length: 18\r\n\r\n" + b'{"callId": "c-1"} ',
    "interim answers, then one": b"HTTP/1.1 100 Continue\r\n\r\n" * 5000 + HINTS * 5000 + GOOD,
    "chunks of one byte with extensions": CHUNKED
    + b"".join(b"1;a=b\r\n%c\r\n" % each for each in body().encode())
    + b"0\r\nX: y\r\n\r\n",
}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    sent: dict[str, Answer] = {name: each for name, (each, _, _) in TOO_MUCH.items()}
    return together(one_call(tmp_path_factory.mktemp("home"), 20), sent | ENOUGH | _answers(AMPLIFIED))


def _answers(bodies: Mapping[str, bytes]) -> dict[str, Answer]:
    return {name: answer(200, each) for name, each in bodies.items()}


@pytest.mark.parametrize("fault", TOO_MUCH)
def test_whatever_part_of_an_answer_is_too_much_is_refused(fault: str, large: dict[str, Measured]) -> None:
    ended, (_, status, says) = large[fault], TOO_MUCH[fault]
    within_bounds(ended, 20)
    assert (ended.status, ended.out) == (status, "")
    assert says in ended.err


@pytest.mark.parametrize("kind", ENOUGH)
def test_much_that_is_not_too_much_is_read(kind: str, large: dict[str, Measured]) -> None:
    ended = large[kind]
    within_bounds(ended, 20)
    assert (ended.status, ended.err) == (0, "")


@pytest.mark.parametrize("kind", AMPLIFIED)
def test_a_body_of_countless_values_takes_little_memory(kind: str, large: dict[str, Measured]) -> None:
    within_bounds(large[kind], 20)


MANY = b'{"x":[' + b"{}," * 6_000_000 + b"0]}\n"

KEYRING = """
from pathlib import Path
from keyring.backend import KeyringBackend

class Kept(KeyringBackend):
    name = "kept"
    priority = 1

    def get_password(self, service, username):
        return Path("many").read_text()

    def set_password(self, service, username, password):
        raise RuntimeError
"""

GIVEN: dict[str, tuple[tuple[str, ...], int, str]] = {
    "credentials on standard input": (("auth", "login", "catapult", "--stdin"), 2, "too long for credentials"),
    "a keyring's item": (("get", VENDOR, "c-1"), 10, "does not contain what was stored"),
    "a body that was saved": (("get", VENDOR, "--from-file", "many"), 2, "larger than 10 MiB"),
    "a line of earlier output": (("get", VENDOR, "c-1", "--resume", "many"), 2, "line 1, is not a record"),
}
"""What is read besides answers: a command line that reads it, how that ends, and what is said."""


@pytest.mark.parametrize("kind", GIVEN)
def test_whatever_is_read_besides_answers_takes_little_memory(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments, status, says = GIVEN[kind]
    (tmp_path / "kept.py").write_text(KEYRING)
    (tmp_path / "many").write_bytes(b"null" if "login" in arguments else MANY)
    monkeypatch.chdir(tmp_path)
    env = environment(tmp_path, PYTHONPATH=str(tmp_path), PYTHON_KEYRING_BACKEND="kept.Kept")
    ended = bounded(*arguments, env=env, timeout=20, stdin=MANY.decode() if "login" in arguments else "")
    within_bounds(ended, 20)
    assert (ended.status, ended.out) == (status, ""), ended.err
    assert says in ended.err


def test_an_id_has_a_bound_wherever_it_comes_from(tmp_path: Path) -> None:
    """One of ten million characters takes half a gigabyte to be compared, or to be made part of an address."""
    long = "%41" * 1_000_000
    with Server(answer(200, json.dumps({"callId": long, "state": "queued"}))) as server:
        env = env_of(tmp_path, server.url)
        done, _, memory = measured("get", VENDOR, "c-1", env=env)
        assert (done.returncode, memory < 150 * 2**20) == (12, True)
        server.requests.clear()
        done, _, memory = measured("get", VENDOR, "-", env=env, stdin=long.encode())
        assert (done.returncode, server.requests, memory < 150 * 2**20) == (2, [], True)
    assert len(done.stderr) < 500


def test_a_json_text_without_an_end_is_given_up_in_little_memory(counting: Counting, tmp_path: Path) -> None:
    text = b"[\n" + b'"c-1",\n' * 3_000_000
    done, _, memory = measured("get", VENDOR, "-", env=account(counting, tmp_path), stdin=text)
    assert (done.returncode, counting.requests) == (2, 0)
    assert b"standard input, the JSON text that begins in line 1 is longer than 20 MiB" in done.stderr
    assert memory < 400 * 1024**2
