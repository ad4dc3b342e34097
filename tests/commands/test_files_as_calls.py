"""A file where a call is expected, and sides of diff that are not typed as diff takes them: what to type instead."""

import json
import shlex
from pathlib import Path

import pytest
from kit.program import Env, callinspect, error
from kit.sandbox_calls import ANSWERED

NAME, ID = ANSWERED


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a directory with a record, a response, IDs and a file of a long name."""
    monkeypatch.chdir(tmp_path)
    for name, options in (("before.json", ("-o", "json")), ("raw.json", ("--raw",))):
        done = callinspect("get", *ANSWERED, *options, env=env)
        assert done.returncode == 0
        Path(name).write_bytes(done.stdout)
    Path("a b.json").write_bytes(Path("before.json").read_bytes())
    Path("calls.txt").write_text(f"{NAME}:{ID}\n")
    Path("no-call").write_text("")


def said(line: str, env: Env) -> tuple[str, list[str]]:
    found = error(callinspect(*shlex.split(line), "--error-format", "json", env=env), 2)
    return found["message"], found["hints"]


SHOW = "show a saved record or response: callinspect get "


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("get before.json", f"{SHOW}--from-file before.json"),
        ("wait before.json", f"{SHOW}--from-file before.json"),
        ("watch ./before.json", f"{SHOW}--from-file ./before.json"),
        ("get @before.json", f"{SHOW}--from-file before.json"),
        ("get 'a b.json'", f"{SHOW}--from-file 'a b.json'"),
        ("get no-call", f"{SHOW}--from-file no-call"),
        (f"get {NAME} raw.json", f"{SHOW}{NAME} --from-file raw.json"),
        (f"get {NAME}:raw.json", f"{SHOW}{NAME} --from-file raw.json"),
        (f"get {NAME}:@raw.json", f"{SHOW}{NAME} --from-file raw.json"),
        (f"get {NAME} {ID} raw.json", f"{SHOW}{NAME} --from-file raw.json"),
        ("get missing.json", f"{SHOW}--from-file missing.json"),
        ("get calls.txt", "read call IDs from it: callinspect get --input calls.txt"),
        ("get calls.csv", "read call IDs from it: callinspect get --input calls.csv"),
    ],
)
def test_a_file_in_a_call_s_place_leads_to_the_line(line: str, hint: str, env: Env) -> None:
    message, hints = said(line, env)
    assert message.endswith("file, not a call ID")
    assert hints[0] == hint
    typed = shlex.split(hint.partition(": ")[2])[1:]
    if Path(typed[-1]).is_file() and Path(typed[-1]).stat().st_size:
        assert callinspect(*typed, env=env).returncode == 0


def test_a_secret_in_a_file_s_place_is_not_repeated(env: Env) -> None:
    done = callinspect("get", "/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4MTIzNDU2Nzg=", env=env)
    assert (done.returncode, b"Zm9v" in done.stderr) == (2, False)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("diff nosuch", "callinspect diff PROVIDER:CALL_ID B"),
        ("diff before.json nosuch", "callinspect diff before.json PROVIDER:CALL_ID"),
        ("diff nosuch 'a b.json'", "callinspect diff PROVIDER:CALL_ID 'a b.json'"),
        (f"diff {NAME} before.json", "callinspect diff before.json"),
        (f"diff {NAME} raw.json", f"callinspect diff {NAME}:@raw.json"),
        (f"diff {NAME} {ID}", f"callinspect diff {NAME}:{ID} B"),
    ],
)
def test_a_hint_of_diff_is_a_line_that_it_takes(line: str, hint: str, env: Env) -> None:
    _, hints = said(line, env)
    assert hints[-1] == hint
    words = shlex.split(hint.replace("PROVIDER:CALL_ID", f"{NAME}:{ID}"))[1:]
    done = callinspect(*["before.json" if each == "B" else each for each in words], env=env)
    assert (done.returncode, json.loads(done.stdout)) == (0, [])


def test_an_id_of_several_providers_is_typed_as_diff_takes_it(env: Env) -> None:
    both = "5f0c1d5f-0c1d-4f0c-9d5f-0c1d5f0c1d5f"
    _, hints = said(f"diff before.json {both}", env)
    assert all(each.startswith("callinspect diff before.json ") for each in hints if "diff" in each)
    assert any(each.endswith(f":{both}") for each in hints), hints


WRONG = (
    *("get ID --export x.png", "get ID --width 60", "get ID --rate x", "get ID --with nothing", "get ID --set x"),
    *("get ID -o vcon --raw", "wait ID --interval 0", "watch ID --grace x", "wait ID --set x"),
    *("diff ID ID --with nothing", "diff ID ID --set x", "diff ID before.xyz", "diff ID"),
)


def test_nobody_is_asked_before_the_command_line_is_right(env: Env) -> None:
    for line in WRONG:
        done = callinspect(*line.replace("ID", ID).split(), "--error-format", "text", env=env)
        assert (done.returncode, b"asking" in done.stderr) == (2, False), (line, done.stderr)
    for line in ("get ID", "wait ID --for ended", "diff ID before.json"):
        done = callinspect(*line.replace("ID", ID).split(), "--error-format", "text", env=env)
        assert done.stderr.decode().count(f"asking {NAME}") == 1, line
