"""`callinspect diff --redact`: both sides are masked with one key."""

import json
from pathlib import Path
from typing import Any

import pytest
from kit.program import callinspect, failure
from kit.sandbox_calls import ANSWERED

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
