"""`stats`: what is counted, from where, and what is said of it."""

import json
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from kit.program import SCRIPTS, TIMEOUT, Done, Env, callinspect, environment, error, unmeasured
from kit.random_records import lines, records

from callinspect.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

OVERALL = ["-f", "overall.calls"]


@pytest.fixture
def saved(tmp_path: Path, env: Env) -> Path:
    """A file with the calls that every vendor lists."""
    done = callinspect("list", "--since", "1d", "-o", "jsonl", env=env)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "calls.jsonl"
    path.write_bytes(done.stdout)
    return path


def value(done: Done) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def still(tmp_path: Path) -> Iterator[Env]:
    """The environment of a user whose vendors' calls do not go on living."""
    with Sandbox(clock=lambda: 5.0, burst=100_000) as running:
        yield environment(tmp_path, **running.environment)


def test_listed_calls_and_records_have_the_same_figures(still: Env) -> None:
    wanted = ("catapult", "plivo", "vonage", "--since", "1d", "--failed")
    listed = value(callinspect("stats", *wanted, "--by", "provider", env=still))
    records = callinspect("list", *wanted, "-o", "jsonl", env=still).stdout
    assert value(callinspect("stats", "-", "--by", "provider", env=still, stdin=records)) == listed
    assert {each["value"] for each in listed["by"]["groups"]} == set(wanted[:3])
    assert listed["overall"]["outcomes"]["answered"] == 0


@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_records_are_read_in_every_form_of_list(form: str, saved: Path, env: Env) -> None:
    every = [json.loads(line) for line in saved.read_text().splitlines()]
    text = saved.read_text() if form == "jsonl" else json.dumps(every, indent=2)
    assert value(callinspect("stats", "-", "-f", "overall.calls", env=env, stdin=text)) == len(every)


def test_doubled_calls_are_counted_as_they_come(saved: Path, env: Env) -> None:
    once = value(callinspect("stats", str(saved), *OVERALL, env=env))
    text = saved.read_text()
    assert value(callinspect("stats", str(saved), str(saved), "-", *OVERALL, env=env, stdin=text)) == 3 * once


def test_records_are_filtered_as_calls_are(env: Env) -> None:
    every = list(records(300))
    text = lines(300)
    busy = sum(each["outcome"] == "busy" for each in every)
    assert value(callinspect("stats", "-", "--outcome", "busy", *OVERALL, env=env, stdin=text)) == busy
    assert value(callinspect("stats", "-", "--limit", "7", *OVERALL, env=env, stdin=text)) == 7
    since = "2026-11-21T00:00:00Z"
    later = sum((each["created_at"] or each["answered_at"] or "") >= since for each in every)
    assert value(callinspect("stats", "-", "--since", since, *OVERALL, env=env, stdin=text)) == later


def test_old_records_are_not_left_out_by_a_default(env: Env) -> None:
    old = json.dumps({"schema_version": "1", "provider": "p", "id": "1", "created_at": "2001-01-01T00:00:00.000Z"})
    assert value(callinspect("stats", "-", *OVERALL, env=env, stdin=old)) == 1


def test_lines_that_are_no_records_are_named(saved: Path, env: Env) -> None:
    first, *more = saved.read_text().splitlines()
    later = json.dumps({**json.loads(first), "schema_version": "2"})
    text = "\n".join([first, "no JSON", "[1, 2]", later, "# a comment", "", *more])
    done = callinspect("stats", "-", *OVERALL, env=env, stdin=text)
    assert (done.returncode, json.loads(done.stdout)) == (9, len(more) + 1)
    said = done.stderr.decode()
    assert "error: standard input, line 2: not a record: it is not JSON" in said
    assert said.count("line 3: not a record: it has no schema_version") == 2
    assert "line 4: not a record: its schema_version is not “1”" in said
    assert "records are read as JSON Lines" in said


def test_thousands_of_such_lines_are_not_all_named(env: Env) -> None:
    done = callinspect("stats", "-", *OVERALL, env=env, stdin=lines(3) + "x\n" * 5000)
    assert (done.returncode, json.loads(done.stdout)) == (9, 3)
    assert "error: 4,990 more lines cannot be counted" in done.stderr.decode()
    assert done.stderr.count(b"error:") == 11


def test_nothing_but_such_lines_has_no_figures(env: Env) -> None:
    done = callinspect("stats", "-", env=env, stdin='{"callId": "c-1"}\n')
    assert (done.returncode, done.stdout) == (2, b"")


def test_no_calls_are_zeros(env: Env) -> None:
    done = callinspect("stats", "-", env=env)
    found = value(done)
    assert (found["overall"]["calls"], found["overall"]["minutes"], found["causes"], found["slots"]) == (0, 0, [], [])
    assert set(found["overall"]["outcomes"].values()) == {0}
    assert (found["overall"]["asr"], found["overall"]["ring"]) == (None, {"p50": None, "p95": None})
    assert done.stderr == b"callinspect: no calls\n"


def test_a_file_that_is_missing_and_a_provider_that_is_none(env: Env) -> None:
    assert error(callinspect("stats", "./nothing.jsonl", "--error-format", "json", env=env), 2)["message"].endswith(
        "nothing.jsonl cannot be read: No such file or directory"
    )
    assert error(callinspect("stats", "bandwith", "--error-format", "json", env=env), 2)["hint"].startswith(
        "did you mean"
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("bandwidth -", "not both at once"),
        ("- -", "standard input can be read only once"),
        ("- --param a=b", "--param has no effect on records"),
        ("- --set base_url=https://example.com", "--set has no effect on records"),
        ("--param a=b", "--param needs the name of one provider"),
        ("bandwidth plivo --set a=b", "--set needs the name of one provider"),
        ("- -f overall.arse", "the figures have no “overall.arse”"),
        ("- -o csv -f overall.asr", "the figures have no “overall.asr”"),
        ("- --by cause --by to", "--by takes one field"),
        ("- -o vcon", "--output must be auto, table, json, jsonl or csv"),
    ],
)
def test_what_cannot_be_combined_is_refused(words: str, why: str, env: Env) -> None:
    done = callinspect("stats", *words.split(), env=env, stdin=lines(1))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith("error: ")
    assert why in done.stderr.decode()


@pytest.mark.parametrize("field", ["direcion", "", "from.nmber", "hours"])
def test_groups_by_an_unknown_field_are_refused_with_a_hint(field: str, env: Env) -> None:
    found = error(callinspect("stats", "-", "--by", field, "--error-format", "json", env=env), 2)
    assert (found["message"], bool(found["hint"])) == (f"--by: a record has no field “{field}”", True)


def test_groups_by_any_field(saved: Path, env: Env) -> None:
    every = [json.loads(line) for line in saved.read_text().splitlines()]
    fields: dict[str, Callable[[Any], Any]] = {
        "recording.state": lambda call: call["recording"]["state"],
        "cause.sip": lambda call: (call["cause"] or {}).get("sip"),
    }
    for field, of in fields.items():
        groups = value(callinspect("stats", str(saved), "--by", field, env=env))["by"]["groups"]
        assert {each["value"]: each["calls"] for each in groups} == Counter(map(of, every)), field


def test_true_is_not_one(env: Env) -> None:
    """To Python they are the same; numbers that JSON cannot write are no value."""
    values = ("true", "1", "1.0", "false", "0", "1e999", '{"y": -1e999}', "null")
    text = "\n".join(
        f'{{"schema_version": "1", "provider": "p", "id": "1", "vendor": {{"x": {each}}}}}' for each in values
    )
    groups = value(callinspect("stats", "-", "--by", "vendor.x", env=env, stdin=text))["by"]["groups"]
    assert {json.dumps(each["value"]): each["calls"] for each in groups} == {
        "true": 1,
        "false": 1,
        "0": 1,
        "1": 2,
        "null": 3,
    }


def test_countries_are_the_vendor_s_or_the_number_s(env: Env) -> None:
    parties = [
        {"number": "+4930901820", "country": None},
        {"number": "+4930901820", "country": {"code": "AT"}},
        {"number": "13125550141"},
        {"number": "+18005550100"},
        {"number": "1234"},
        None,
    ]
    text = "\n".join(json.dumps({"schema_version": "1", "provider": "p", "id": "1", "to": each}) for each in parties)
    groups = value(callinspect("stats", "-", "--by", "country", env=env, stdin=text))["by"]["groups"]
    assert {each["value"]: each["calls"] for each in groups} == {"DE": 1, "AT": 1, "US": 1, None: 3}


def test_a_number_is_the_same_with_and_without_its_plus(env: Env) -> None:
    numbers = [*("+13125550141", "13125550141", "18005550100", "+18005550100"), "4930901820", "03012345678", "1001"]
    calls = [{"schema_version": "1", "provider": "p", "id": "1", "to": {"number": each}} for each in numbers]
    text = "\n".join(map(json.dumps, calls))
    found = value(callinspect("stats", "-", "--by", "to", env=env, stdin=text))["by"]["groups"]
    expected = {"+13125550141": 2, "+18005550100": 2, "4930901820": 1, "03012345678": 1, "1001": 1}
    assert {each["value"]: each["calls"] for each in found} == expected
    verbatim = value(callinspect("stats", "-", "--by", "to.number", env=env, stdin=text))["by"]["groups"]
    assert {each["value"] for each in verbatim} == set(numbers)


def test_csv_is_named_once(env: Env) -> None:
    text = callinspect("list", "bandwidth", "-o", "csv", env=env).stdout
    done = callinspect("stats", "-", "--error-format", "json", env=env, stdin=text)
    assert error(done, 2)["message"] == "standard input is CSV, not records"


def test_hours_and_days_are_of_the_zone_of_display(env: Env) -> None:
    call = {"schema_version": "1", "provider": "p", "id": "1", "created_at": "2026-11-27T20:20:30.500Z"}
    text = json.dumps(call)
    for field, zone, expected in (
        ("hour", "UTC", "2026-11-27T20:00:00.000Z"),
        ("hour", "Asia/Kolkata", "2026-11-27T19:30:00.000Z"),
        ("day", "UTC", "2026-11-27"),
        ("day", "Asia/Kolkata", "2026-11-28"),
    ):
        done = callinspect("stats", "-", "--by", field, "--tz", zone, env=env, stdin=text)
        assert [each["value"] for each in value(done)["by"]["groups"]] == [expected]


def test_csv_has_a_row_for_all_and_one_for_each_group(saved: Path, env: Env) -> None:
    done = callinspect("stats", str(saved), "--by", "provider", "-o", "csv", env=env)
    header, overall, *groups = done.stdout.decode().split("\r\n")[:-1]
    whole = value(callinspect("stats", str(saved), "--by", "provider", env=env))
    assert header.startswith("by,value,calls,ended,going_on,outcomes.answered,")
    assert overall.startswith(f",,{whole['overall']['calls']},{whole['overall']['ended']},")
    assert [each.split(",")[1] for each in groups] == [each["value"] for each in whole["by"]["groups"]]
    chosen = callinspect("stats", str(saved), "-o", "csv", "-f", "calls,asr,cost", env=env).stdout.decode()
    assert chosen.startswith("calls,asr,cost\r\n")


def test_a_query_and_bare_values(saved: Path, env: Env) -> None:
    whole = value(callinspect("stats", str(saved), env=env))
    done = callinspect("stats", str(saved), "--query", "causes[0].code", "-r", env=env)
    assert done.stdout.decode() == f"{whole['causes'][0]['code']}\n"
    done = callinspect("stats", str(saved), "-f", "overall.asr,overall.outcomes.busy", env=env)
    assert done.stdout.decode() == f"{whole['overall']['asr']}\t{whole['overall']['outcomes']['busy']}\n"


def test_masked_groups_are_the_same_people_everywhere(saved: Path, env: Env, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("0123456789abcdef0123456789abcdef")
    key.chmod(0o600)
    mask = ("--redact", "--redact-key", str(key))
    text = callinspect("list", "bandwidth", "--since", "all", "-o", "jsonl", *mask, env=env).stdout
    masked = {json.loads(line)["from"]["number"] for line in text.splitlines() if json.loads(line)["from"]}
    plain = callinspect("stats", str(saved), "--by", "from.number", *mask, env=env)
    groups = {each["value"] for each in value(plain)["by"]["groups"]}
    assert masked - {None} <= groups
    assert b"+1919" not in plain.stdout


@pytest.mark.parametrize("field", ["from", "to", "country", "to.number", "to.country.code"])
@pytest.mark.parametrize("is_listed", [True, False])
def test_masking_changes_no_figures(field: str, saved: Path, still: Env, *, is_listed: bool) -> None:
    """Nor into which groups calls fall, although masks hide the digits that tell."""
    source = ["plivo", "vonage", "twilio"] if is_listed else [str(saved)]

    def counted(*options: str) -> list[Any]:
        found = value(callinspect("stats", *source, "--by", field, *options, env=still))["by"]["groups"]
        return sorted(([each["value"] is None, each["calls"], each["outcomes"]] for each in found), key=str)

    assert counted("--redact") == counted()


def test_records_piped_without_a_dash_are_not_silently_ignored(env: Env) -> None:
    hint = b"type stats - to count records from standard input"
    assert hint in callinspect("stats", *OVERALL, env=env, stdin=lines(1)).stderr
    assert hint not in callinspect("stats", "catapult", *OVERALL, env=env, stdin=lines(1)).stderr


def test_a_provider_that_fails_is_left_out_and_named(env: Env) -> None:
    broken = {**env, "CALLINSPECT_PLIVO_AUTH_TOKEN": "wrong"}
    done = callinspect("stats", "catapult", "plivo", "--by", "provider", env=broken)
    assert done.returncode == 9
    assert [each["value"] for each in json.loads(done.stdout)["by"]["groups"]] == ["catapult"]
    assert b"plivo" in done.stderr
    alone = callinspect("stats", "plivo", env=broken)
    assert (alone.returncode, alone.stdout) == (4, b"")


def test_an_interruption_prints_no_figures(env: Env) -> None:
    words = [str(SCRIPTS / "callinspect"), "stats", "-"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(words, env=unmeasured(env), **pipes) as run:  # type: ignore[call-overload]  # of the pipes
        run.stdin.write(lines(50).encode() + b"no record\n")
        run.stdin.flush()
        assert b"line 51" in run.stderr.readline()  # so that all are counted
        run.send_signal(signal.SIGINT)
        out, said = run.communicate(timeout=TIMEOUT)
    assert (run.returncode, out) == (130, b"")
    assert said.splitlines()[-1] == b"callinspect: interrupted after 51 calls: no figures are printed"


def test_notes_are_said_on_standard_error_unless_quiet(env: Env) -> None:
    call = {"schema_version": "1", "provider": "p", "id": "1", "state": "ended", "outcome": "answered"}
    future = f"{datetime.now(UTC).year + 2}-01-01T00:00:00Z"
    text = "\n".join(json.dumps(each) for each in (call, {**call, "created_at": future}))
    done = callinspect("stats", "-", env=env, stdin=text)
    assert done.stderr.decode().splitlines() == [
        "callinspect: Ring, ACD, talk and minutes leave out 2 of 2 answered calls: their times are unknown",
        "callinspect: 1 call without a time is in no bar",
        "callinspect: 1 call is in the future: --until now leaves it out",
    ]
    assert callinspect("stats", "-", "-q", env=env, stdin=text).stderr == b""
    now = ("--until", "now")
    assert value(callinspect("stats", "-", "-q", *now, *OVERALL, env=env, stdin=text)) == 0
