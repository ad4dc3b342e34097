"""`callinspect diff`: two records, saved responses or live calls."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from kit.json_patch import applied
from kit.program import callinspect, error, failure, require
from kit.sandbox_calls import ANSWERED, ATTACHED, BILLED, BUSY, BUSY_EVENTS, EACH, living

Env = dict[str, str]


def record_of(call: Sequence[str], env: Env, *words: str) -> dict[str, Any]:
    done = callinspect("get", *call, *words, "-o", "json", env=env)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def saved(path: Path, value: Any) -> str:
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return str(path)


def differences(*words: str, env: Env, stdin: str = "") -> list[dict[str, Any]]:
    """Return the patch; the exit status says whether there is anything in it."""
    done = callinspect("diff", *words, "-o", "json", env=env, stdin=stdin)
    assert done.returncode in {0, 1}, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert done.returncode == bool(found)
    return found


def frozen(call: Sequence[str]) -> str:
    return ":".join(call)


def replaced(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


@pytest.fixture
def before(env: Env) -> dict[str, Any]:
    """The record of an answered call."""
    return record_of(ANSWERED, env)


@pytest.fixture
def after(before: dict[str, Any]) -> dict[str, Any]:
    """The same, to be changed."""
    copy: dict[str, Any] = json.loads(json.dumps(before))
    return copy


class Pair:
    """Two saved records."""

    def __init__(self, folder: Path, env: Env) -> None:
        self._folder = folder
        self._env = env

    def words(self, a: Any, b: Any) -> tuple[str, str]:
        return saved(self._folder / "a.json", a), saved(self._folder / "b.json", b)

    def patch(self, a: Any, b: Any, *options: str) -> list[dict[str, Any]]:
        return differences(*self.words(a, b), *options, env=self._env)

    def drawn(self, a: Any, b: Any, *options: str, **variables: str) -> str:
        env = self._env | {"COLUMNS": "80"} | variables
        return callinspect("diff", *self.words(a, b), "-o", "table", *options, env=env).stdout.decode()


@pytest.fixture
def two(tmp_path: Path, env: Env) -> Pair:
    return Pair(tmp_path, env)


def test_a_patch_turns_a_into_b(before: Any, after: Any, two: Pair) -> None:
    after |= {"state": "active", "outcome": None, "ended_at": None}
    after["vendor"]["a/b~"] = ["new"]
    patch = two.patch(before, after)
    assert applied(before, patch) == after
    assert sorted(patch, key=lambda each: str(each["path"])) == [
        *(replaced("/ended_at", None), replaced("/outcome", None), replaced("/state", "active")),
        {"op": "add", "path": "/vendor/a~1b~0", "value": ["new"]},
    ]


def test_what_is_the_same_has_an_empty_patch(before: Any, two: Pair, env: Env) -> None:
    words = two.words(before, before)
    for form, text in (("json", b"[]\n"), ("jsonl", b"[]\n"), ("auto", b"[]\n")):
        done = callinspect("diff", *words, "-o", form, env=env)
        assert (done.returncode, done.stdout, done.stderr) == (0, text, b"")
    assert two.drawn(before, before).startswith(" No differences")


def test_a_patch_is_indented_or_on_one_line(before: Any, after: Any, two: Pair, env: Env) -> None:
    after["state"] = "held"
    words, patch = two.words(before, after), [replaced("/state", "held")]
    forms = {"json": json.dumps(patch, indent=2), "jsonl": json.dumps(patch, separators=(",", ":"))}
    for form, text in (forms | {"auto": forms["json"]}).items():
        done = callinspect("diff", *words, "-o", form, env=env)
        assert (done.returncode, done.stdout.decode()) == (1, f"{text}\n")


UNSTABLE: Mapping[str, Any] = {
    "/retrieved_at": "2020-01-01T00:00:00.000Z",
    "/warnings": ["odd"],
    "/raw": {"a": 1},
    "/timeline": [],
    "/durations/ring": 1,
    "/durations/talk": 1,
    "/durations/total": 1,
}


def test_what_changes_by_itself_is_compared_with_all_only(before: Any, after: Any, two: Pair) -> None:
    before["raw"] = {"a": 0}
    after |= {key[1:]: value for key, value in UNSTABLE.items() if key.count("/") == 1}
    after["durations"] |= {key.rpartition("/")[2]: value for key, value in UNSTABLE.items() if "durations" in key}
    assert two.patch(before, after) == []
    patch = two.patch(before, after, "--all")
    assert applied(before, patch) == after
    assert {"/".join(each["path"].split("/")[:3]) for each in patch} >= {"/retrieved_at", "/raw/a", "/durations/ring"}
    drawn = two.drawn(before, after)
    assert "Not compared without --all: retrieved_at, raw, warnings, timeline, durations.ring" in " ".join(
        drawn.split()
    )


@pytest.mark.parametrize(("states", "is_compared"), [(("ended", "ended"), True), (("active", "ended"), False)])
def test_a_duration_that_grows_is_not_compared(
    states: tuple[str, str], is_compared: bool, before: Any, after: Any, two: Pair
) -> None:
    """What the vendor reports, while either side is in progress."""
    for seconds, (state, record) in enumerate(zip(states, (before, after), strict=True)):
        record["state"] = state
        record["durations"]["reported"] = seconds
        record["ended_at"] = record["ended_at"] if state == "ended" else None
    paths = {each["path"] for each in two.patch(before, after)}
    assert ("/durations/reported" in paths) is is_compared


@pytest.mark.parametrize("key", ["vendor", "links", "metadata"])
def test_the_query_of_a_url_is_not_compared(key: str, before: Any, after: Any, two: Pair) -> None:
    texts = [
        "https://media.example.com/a.wav?Signature={}",
        "/2010-04-01/Calls.json?page={}",
        '{{"url": "https:\\/\\/media.example.com\\/a?sig={}"}}',
        "see https://example.com/?a={}, and call",
    ]
    for number, record in enumerate((before, after)):
        record[key] = {str(index): text.format(number) for index, text in enumerate(texts)}
    assert two.patch(before, after) == []
    assert "queries of URLs" in two.drawn(before, after)
    assert len(two.patch(before, after, "--all")) == len(texts)
    after[key]["0"] = "https://media.example.com/b.wav?Signature=1"
    assert two.patch(before, after) == [replaced(f"/{key}/0", "https://media.example.com/b.wav")]


def test_a_question_is_no_query(before: Any, after: Any, two: Pair) -> None:
    before["vendor"]["x"], after["vendor"]["x"] = "who? a", "who? b"
    assert len(two.patch(before, after)) == 1


@pytest.mark.parametrize("options", [(), ("--all",)])
def test_what_one_side_has_not_read_is_no_difference(options: tuple[str, ...], env: Env, two: Pair) -> None:
    without, with_ = (record_of(BUSY_EVENTS, env, f"--{word}", "events") for word in ("without", "with"))
    with_ |= {key: without[key] for key in ("cause", "outcome", "ended_by", "vendor", "warnings", "timeline")}
    with_["retrieved_at"] = without["retrieved_at"]
    assert two.patch(without, with_, *options) == []
    assert "Read on side B only, so not compared: related.events" in two.drawn(without, with_, *options)
    done = callinspect("diff", *two.words(with_, without), *options, env=env)
    assert done.stderr == b"callinspect: not compared, since read on side A only: related.events\n"


def test_a_key_that_an_earlier_record_lacks_is_null(before: Any, after: Any, two: Pair) -> None:
    for key in ("timeline", "related", "quality", "cost"):
        del after[key]
    del after["cause"]["next"], before["cause"]["next"], after["from"]["role"]
    assert two.patch(before, after) == two.patch(after, before) == []


def test_a_null_of_the_vendor_is_not_a_missing_key(before: Any, after: Any, two: Pair) -> None:
    after["vendor"]["x"] = None
    assert two.patch(before, after) == [{"op": "add", "path": "/vendor/x", "value": None}]


def test_a_leg_is_compared_like_a_call(env: Env, before: Any, after: Any, two: Pair) -> None:
    leg = record_of(BUSY, env)
    for number, record in enumerate((before, after)):
        call = leg | {"retrieved_at": f"2026-01-01T00:00:0{number}.000Z", "warnings": [str(number)]}
        record["related"] = before["related"] | {"legs": [{"relation": "child", "id": leg["id"], "call": call}]}
    assert two.patch(before, after) == []
    after["related"]["legs"][0]["call"]["outcome"] = "failed"
    assert two.patch(before, after) == [replaced("/related/legs/0/call/outcome", "failed")]


READINGS = [*((call, ()) for call in EACH), (ANSWERED, ("--with", "all")), (BUSY_EVENTS, ("--without", "all"))]


@pytest.mark.parametrize(("call", "words"), READINGS)
def test_a_record_alone_is_compared_with_the_call_now(
    call: tuple[str, str], words: tuple[str, ...], env: Env, tmp_path: Path
) -> None:
    """It is read with what the record was read with: nothing differs, and nothing was read on one side only."""
    kept = record_of(call, env, *words) | {"state": "unknown"}
    done = callinspect("diff", saved(tmp_path / "kept.json", kept), env=env)
    assert [each["path"] for each in json.loads(done.stdout)] == ["/state"]
    assert done.stderr == b""


def test_a_saved_response_is_compared_as_a_record(env: Env, before: Any, tmp_path: Path) -> None:
    raw = callinspect("get", *ANSWERED, "--raw", env=env).stdout.decode()
    changed = raw.replace('"disconnected"', '"answered"')
    first, second = (saved(tmp_path / name, text) for name, text in (("a.raw", raw), ("b.raw", changed)))
    provider = ANSWERED[0]
    assert differences(f"{provider}:@{first}", frozen(ANSWERED), env=env) == []
    assert differences(f"{provider.upper()}:@{first}", saved(tmp_path / "kept.json", before), env=env) == []
    assert differences(f"{provider}:@{first}", env=env) == []
    assert differences(f"{provider}:@-", f"{provider}:@{first}", env=env, stdin=raw) == []
    paths = {each["path"] for each in differences(f"{provider}:@{first}", f"{provider}:@{second}", env=env)}
    assert {"/state", "/vendor_state"} <= paths


def test_standard_input_can_be_a_record(env: Env, before: Any, tmp_path: Path) -> None:
    text = json.dumps(before)
    assert differences("-", env=env, stdin=text) == []
    assert differences(saved(tmp_path / "a.json", before), "-", env=env, stdin=text) == []


def test_two_different_calls_may_be_compared(env: Env) -> None:
    patch = differences(ANSWERED[1], frozen(BILLED), env=env)
    assert {"/provider", "/id"} <= {each["path"] for each in patch}


def test_the_same_live_call_twice_is_asked_for_once(env: Env) -> None:
    call = living("bandwidth", "inbound, answered at")
    done = callinspect("diff", call, f"bandwidth:{call}", "-v", env=env)
    assert (done.returncode, done.stdout) == (0, b"[]\n")
    assert done.stderr.decode().count(f"/calls/{call}") == 1


SAVE = "save the call as a record: callinspect get CALL_ID -o json > FILE"
BAD: Mapping[str, tuple[str, str]] = {
    "[]": ("is not a record, and not a vendor's response either", SAVE),
    "[1, 2]": ("it has no schema_version", "PROVIDER:@"),
    '{"schema_version": "1", "provider": "bandwidth"}': ("is not a record: it has no id", SAVE),
    '{"schema_version": "2", "provider": "bandwidth", "id": "1"}': ("its schema_version is “2”, not “1”", SAVE),
    '{"callId": "c-1", "state": "active"}': (
        "it has no schema_version",
        "if it is a vendor's response, type PROVIDER:@",
    ),
    '{"schema_version": "1"}\n{"schema_version": "1"}\n': (
        "has several records",
        "take out the first: jq -s 'flatten[0]'",
    ),
    '[{"schema_version": "1"}, {"schema_version": "1"}]': (
        "has several records",
        "take out the first: jq -s 'flatten[0]'",
    ),
    "not JSON": ("is not a record: it is not JSON", SAVE),
    "<svg/>": ("is not a record: it is not JSON", SAVE),
    "": ("is empty, as get leaves a file when it fails", SAVE),
    "\n": ("is empty, as get leaves a file when it fails", SAVE),
    "3": ("is not a record, and not a vendor's response either", SAVE),
    '{"vcon": "0.4.0", "parties": []}': ("is a vCon, not a record", SAVE),
    '{"error": {"code": "usage", "hints": [], "retryable": false, "call_id": null}}': (
        "has an error of callinspect",
        SAVE,
    ),
    '[{"op": "add", "path": "/a", "value": 1}]': ("is a JSON Patch, as diff prints it", SAVE),
}


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:20])
def test_a_file_that_is_not_one_record_is_refused(text: str, before: Any, env: Env, tmp_path: Path) -> None:
    good, bad = saved(tmp_path / "good.json", before), saved(tmp_path / "bad.json", text)
    message, hint = BAD[text]
    for words in ((good, bad), (bad, good), (bad,)):
        found = error(callinspect("diff", *words, "--error-format", "json", env=env), 2)
        assert found["message"].startswith(f"{bad} ")
        assert message in found["message"]
        assert hint in found["hint"]
    shown = error(callinspect("get", "--from-file", bad, "--error-format", "json", env=env), 2)
    assert (shown["message"], shown["hint"].replace("callinspect get PROVIDER --from-file ", "PROVIDER:@")) == (
        found["message"],
        found["hint"],
    )


def test_what_is_not_a_record_leads_to_one(before: Any, env: Env, tmp_path: Path, monkeypatch: Any) -> None:
    """The commands of the hints work."""
    require("jq")
    monkeypatch.chdir(tmp_path)
    vcon = json.loads(callinspect("get", *ANSWERED, "-o", "vcon", env=env).stdout)
    good = [before, before]
    for content in (vcon, good, "\n".join(map(json.dumps, good)), before | {"schema_version": "0"}):
        path = saved(tmp_path / "a file.json", content)
        hint = error(callinspect("diff", path, "--error-format", "json", env=env), 2)["hint"]
        command = hint.partition(": ")[2].replace("> FILE", "> record.json")
        subprocess.run(["sh", "-c", command], env=env, check=True)
        assert callinspect("diff", "record.json", env=env).stdout == b"[]\n", hint
    hint = error(callinspect("get", "--from-file", "record.json", "-o", "vcon", "--error-format", "json", env=env), 2)[
        "hint"
    ]
    assert hint.endswith(f"callinspect get {' '.join(ANSWERED)} -o json --include raw > FILE")


def test_get_takes_a_response_as_diff_does(env: Env, tmp_path: Path) -> None:
    name, call_id = ANSWERED
    path = saved(tmp_path / "raw", callinspect("get", *ANSWERED, "--raw", env=env).stdout.decode())
    for words in ((), (name,), (name, call_id), (call_id,)):
        done = callinspect("get", *words, "--from-file", f"{name.title()}:@{path}", "-f", "id", env=env)
        assert (done.stdout.decode(), done.returncode) == (f"{call_id}\n", 0), done.stderr
    done = callinspect("get", ATTACHED[0], "--from-file", f"{name}:@{path}", env=env)
    assert f"this is a response of {name}, not of {ATTACHED[0]}" in failure(done, 2)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["none.json"], "none.json cannot be read: No such file or directory"),
        (["./none"], "./none cannot be read"),
        (["bandwidth:@none.json"], "none.json cannot be read"),
        (["bandwidth:@."], ". cannot be read"),
        (["bandwidth:@"], "the name of the file is empty"),
        ([""], "the name of the file is empty"),
        (["nowhere:@none.json"], "there is no provider “nowhere”"),
        (["-", "-"], "standard input can be one side only"),
        (["-", "bandwidth:@-"], "standard input can be one side only"),
        ([frozen(ANSWERED)], "B is missing: A alone must be a saved record or response"),
        ([*ANSWERED], "a call is one word here"),
        (["nothing", frozen(ANSWERED)], "there is no file “nothing” either"),
        ([frozen(ANSWERED), frozen(BUSY), "--with", "nothing"], "bandwidth has no “nothing” to read"),
        ([frozen(ANSWERED), frozen(BUSY), "-o", "csv"], "--output must be auto, table, json or jsonl"),
        ([frozen(ANSWERED), frozen(BUSY), "-o", "vcon"], "--output must be auto, table, json or jsonl"),
        ([frozen(ANSWERED), frozen(BUSY), "-f", "state"], "-f"),
        ([], "A"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_a_wrong_command_line_is_a_usage_error(words: list[str], message: str, env: Env) -> None:
    assert message in failure(callinspect("diff", *words, "--error-format", "text", env=env), 2)


def test_a_hint_is_a_command_that_can_be_typed(before: Any, env: Env, tmp_path: Path) -> None:
    """With the other side, and the call in one word."""
    path, unclear = saved(tmp_path / "a b.json", before), "deadbeef-dead-4eef-8ead-beefdeadbeef"
    for words, hint in (
        ((unclear, path), f"callinspect diff vonage:{unclear} '{path}'"),
        ((path, unclear), f"callinspect diff '{path}' vonage:{unclear}"),
        (("nothing", path), f"callinspect diff PROVIDER:CALL_ID '{path}'"),
    ):
        assert hint in error(callinspect("diff", *words, "--error-format", "json", env=env), 2)["hints"]


@pytest.mark.parametrize("leg", [5, None, {"id": [1], "call": {"state": "active"}}, {"id": {}, "call": {"state": 3}}])
def test_legs_of_any_form_are_compared(leg: Any, before: Any, after: Any, two: Pair) -> None:
    """A record that nobody has checked may be compared, if not shown."""
    before["related"] |= {"legs": [leg]}
    after["related"] |= {"legs": [leg, 1]}
    assert two.patch(before, after) == [{"op": "add", "path": "/related/legs/1", "value": 1}]


def test_related_data_of_saved_records_cannot_be_read(before: Any, two: Pair, env: Env) -> None:
    done = callinspect("diff", *two.words(before, before), "--with", "all", env=env)
    assert "both sides are saved" in failure(done, 2)


def test_a_body_of_another_vendor_is_refused(env: Env, tmp_path: Path) -> None:
    body = callinspect("get", *ATTACHED, "--raw", env=env).stdout.decode()
    path = saved(tmp_path / "body.json", body)
    found = failure(callinspect("diff", f"bandwidth:@{path}", frozen(ANSWERED), "--error-format", "text", env=env), 2)
    assert path in found


def test_a_call_that_is_not_found_has_its_own_status(env: Env, before: Any, tmp_path: Path) -> None:
    before["id"] = f"{before['id'][:-3]}000"
    assert "has no call" in failure(callinspect("diff", saved(tmp_path / "a.json", before), env=env), 3)


def test_a_file_goes_before_an_id_of_that_name(env: Env, before: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    before["state"] = "held"
    saved(tmp_path / ANSWERED[1], before)
    assert [each["path"] for each in differences(ANSWERED[1], frozen(ANSWERED), env=env)] == ["/state"]


def test_a_record_of_an_unknown_provider_is_compared(before: Any, after: Any, two: Pair) -> None:
    before["provider"] = after["provider"] = "elsewhere"
    after["state"] = "held"
    assert len(two.patch(before, after)) == 1
