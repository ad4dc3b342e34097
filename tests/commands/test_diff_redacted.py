"""`callinspect diff --redact`: both sides are masked with one key."""

import json
from pathlib import Path
from typing import Any

import pytest
from kit.program import callinspect, error, failure
from kit.sandbox_calls import ANSWERED, BUSY, EACH, known
from kit.vendors import everywhere

Env = dict[str, str]


@pytest.fixture
def record(env: Env) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(callinspect("get", *ANSWERED, env=env).stdout)
    return found


def saved(path: Path, value: Any) -> str:
    path.write_text(json.dumps(value))
    return str(path)


def test_the_same_person_is_the_same_on_both_sides(record: dict[str, Any], env: Env, tmp_path: Path) -> None:
    first = saved(tmp_path / "a.json", record)
    second = saved(tmp_path / "b.json", record | {"state": "active", "from": record["to"], "to": record["from"]})
    numbers = [record[side]["number"] for side in ("from", "to")]
    for words in ((first, second), (first, f"{ANSWERED[0]}:{ANSWERED[1]}"), (first,)):
        done = callinspect("diff", *words, "--redact", "-o", "json", env=env)
        assert done.returncode == (words == (first, second)), done.stderr
        assert not [each for each in numbers if each in done.stdout.decode()]
        values = {each["path"]: each["value"] for each in json.loads(done.stdout)}
        assert not values or values.keys() == {"/state", "/from/number", "/to/number"}
    drawn = callinspect("diff", first, second, "--redact", "-o", "table", env=env).stdout.decode()
    (a, b), (c, d) = (
        [word for word in line.split() if word.startswith("num")] for line in drawn.splitlines() if ".number" in line
    )
    assert (a, b) == (d, c)
    assert a != b


def test_a_new_signature_of_a_url_is_no_difference(record: dict[str, Any], env: Env, tmp_path: Path) -> None:
    """A URL is masked whole: its query is left out before."""
    urls = [f"https://media.example.com/a.wav?Signature={number}" for number in range(2)]
    first, second = (
        saved(tmp_path / f"{number}.json", record | {"links": {"recordings": url}, "vendor": {"url": url}})
        for number, url in enumerate(urls)
    )
    done = callinspect("diff", first, second, "--redact", env=env)
    assert (done.returncode, done.stdout) == (0, b"[]\n")
    done = callinspect("diff", first, second, "--redact", "--all", env=env)
    assert [each["path"] for each in json.loads(done.stdout)] == ["/links/recordings", "/vendor/url"]
    assert b"example.com" not in done.stdout


def test_a_record_that_cannot_be_masked_is_refused(record: dict[str, Any], env: Env, tmp_path: Path) -> None:
    wrong = saved(tmp_path / "wrong.json", record | {"from": "+19195550143"})
    message = failure(callinspect("diff", wrong, saved(tmp_path / "b.json", record), "--redact", env=env), 2)
    assert "wrong.json cannot be masked" in message
    assert "9195550143" not in message


ONE_EACH = [*{call.provider: (call.provider, call.id) for call in known()}.values(), *EACH]
MASKED = ["--redact", "--redact-key", "key"]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two keys in the current directory."""
    monkeypatch.chdir(tmp_path)
    for name in ("key", "other"):
        (tmp_path / name).write_text(name * 16)
        (tmp_path / name).chmod(0o600)


def kept(call: tuple[str, str], name: str, env: Env, *options: str) -> str:
    """Save a call as JSON; return the name of the file."""
    done = callinspect("get", *call, *options, "-o", "json", env=env)
    assert done.returncode == 0, done.stderr
    Path(name).write_bytes(done.stdout)
    return name


@pytest.mark.parametrize("call", ONE_EACH, ids=" ".join)
def test_with_its_key_a_masked_record_is_as_the_call(call: tuple[str, str], env: Env) -> None:
    masked, plain = (kept(call, f"{name}.json", env, *options) for name, options in (("m", MASKED), ("p", ())))
    done = callinspect("diff", masked, *MASKED, env=env)
    assert (done.stdout.decode(), done.stderr, done.returncode) == ("[]\n", b"", 0)
    for words in ((masked, plain), (plain, masked)):
        done = callinspect("diff", *words, *MASKED, env=env)
        values = [each["value"].rpartition("-")[2] for each in json.loads(done.stdout)]
        # Offline it is not known which number is the account's own: it has the letters, and the mark of a number.
        assert all(len(each) == 10 and each in Path(masked).read_text() for each in values)
        assert len(values) <= 1


def test_a_masked_side_is_not_compared_with_a_plain_one(env: Env) -> None:
    """Every mask would be a difference; nobody is asked for the call."""
    masked, plain = kept(ANSWERED, "masked.json", env, *MASKED), kept(ANSWERED, "plain.json", env)
    unreachable = env | everywhere("http://127.0.0.1:9")
    for words in ((masked,), (masked, plain), (plain, masked), (masked, ":".join(ANSWERED))):
        found = error(callinspect("diff", *words, "--error-format", "json", env=unreachable), 2)
        assert found["message"] == "masked.json is masked, and the other side is not"
        assert f"callinspect diff {' '.join(words)} --redact --redact-key FILE" in found["hints"][0]
    for words in ((masked,), (masked, ":".join(ANSWERED))):
        found = error(callinspect("diff", *words, "--redact", "--error-format", "json", env=unreachable), 2)
        assert found["message"] == "masked.json is masked with a key that is not given"


def test_masks_of_another_key_are_not_compared(env: Env) -> None:
    other = ["--redact", "--redact-key", "other"]
    first, second = kept(ANSWERED, "a.json", env, *MASKED), kept(ANSWERED, "b.json", env, *other)
    plain = kept(ANSWERED, "plain.json", env)
    for words in ((first, *other), (first, second), (first, plain, *other), (first, second, *MASKED)):
        found = error(callinspect("diff", *words, "--error-format", "json", env=env), 2)
        assert found["message"] == "the two sides are masked with different keys"
    assert callinspect("diff", first, first, env=env).returncode == 0


def test_masked_records_of_two_calls_are_compared(env: Env) -> None:
    first, second = kept(ANSWERED, "a.json", env, *MASKED), kept(BUSY, "b.json", env, *MASKED)
    for options in ((), MASKED):
        done = callinspect("diff", first, second, *options, env=env)
        assert (done.returncode, done.stderr) == (1, b"")
        assert "/id" in {each["path"] for each in json.loads(done.stdout)}


def test_a_masked_response_is_a_masked_side(env: Env) -> None:
    done = callinspect("get", *ANSWERED, "--raw", *MASKED, env=env)
    Path("raw").write_bytes(done.stdout)
    side = f"{ANSWERED[0]}:@raw"
    found = error(callinspect("diff", side, ":".join(ANSWERED), "--error-format", "json", env=env), 2)
    assert found["message"] == "raw is masked, and the other side is not"
