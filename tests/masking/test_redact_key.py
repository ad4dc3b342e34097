"""The key of --redact, and calls of the program with it."""

import json
import os
import re
from pathlib import Path

import pytest
from kit.program import Env, callinspect, failure
from kit.sandbox_calls import ATTACHED

from callinspect.errors import UsageError
from callinspect.masking import Masker, key

SECRET = b"a key of 16 bytes or more"


def chosen(file: Path | None = None, warnings: list[str] | None = None, **environ: str) -> bytes:
    return key.chosen(str(file) if file else None, environ, warn=(warnings if warnings is not None else []).append)


def test_without_a_key_each_run_has_one_of_its_own() -> None:
    assert len(chosen()) == 32
    assert chosen() != chosen()


def test_a_file_s_last_line_break_is_no_part_of_the_key(tmp_path: Path) -> None:
    keys = []
    for end in (b"", b"\n", b"\r\n"):
        (tmp_path / "key").write_bytes(SECRET + b"\xff" + end)
        keys.append(chosen(tmp_path / "key"))
    assert set(keys) == {SECRET + b"\xff"}


def test_the_file_overrides_the_environment(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(SECRET)
    assert chosen(tmp_path / "key", CALLINSPECT_REDACT_KEY="x" * 16) == SECRET
    assert chosen(CALLINSPECT_REDACT_KEY="x" * 16) == b"x" * 16


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("missing", None, "No such file"),
        ("empty", b"", "is empty"),
        ("line", b"\n", "is empty"),
        ("short", b"x" * 15 + b"\n", "fewer than 16 bytes"),
        ("large", b"x" * 100_000, "more than 64 KiB"),
        (".", None, "directory"),
    ],
)
def test_a_key_that_cannot_be_used_is_named(name: str, content: bytes | None, why: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=why) as caught:
        chosen(tmp_path / name)
    assert str(tmp_path / name) in caught.value.message
    assert "xxx" not in caught.value.message


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_key_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(SECRET)
    warnings: list[str] = []
    for mode, expected in ((0o600, 0), (0o644, 1)):
        (tmp_path / "key").chmod(mode)
        chosen(tmp_path / "key", warnings)
        assert len(warnings) == expected


def test_a_short_key_in_the_environment_is_not_repeated() -> None:
    with pytest.raises(UsageError, match="CALLINSPECT_REDACT_KEY has fewer than 16 bytes") as caught:
        chosen(CALLINSPECT_REDACT_KEY="canary")
    assert "canary" not in f"{caught.value.message} {caught.value.hint}"


def test_a_variable_names_the_key_s_file_as_for_other_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_bytes(SECRET + b"\n")
    assert chosen(CALLINSPECT_REDACT_KEY_FILE=str(tmp_path / "key")) == SECRET
    assert chosen(CALLINSPECT_REDACT_KEY_FILE=str(tmp_path / "key"), CALLINSPECT_REDACT_KEY="") == SECRET
    monkeypatch.chdir(tmp_path)
    assert chosen(CALLINSPECT_REDACT_KEY_FILE="key") == SECRET
    (tmp_path / "key").write_bytes(b"short")
    with pytest.raises(UsageError, match="the key file key of CALLINSPECT_REDACT_KEY_FILE has fewer than 16 bytes"):
        chosen(CALLINSPECT_REDACT_KEY_FILE="key")
    with pytest.raises(UsageError, match="CALLINSPECT_REDACT_KEY and CALLINSPECT_REDACT_KEY_FILE are both set"):
        chosen(CALLINSPECT_REDACT_KEY_FILE="key", CALLINSPECT_REDACT_KEY="x" * 16)


def test_a_path_in_the_key_s_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever guesses the path has the key."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "some" / "folder"
    folder.mkdir(parents=True)
    (folder / "mask-of-mine.key").write_bytes(SECRET)
    (tmp_path / "a-long-name-of.key").write_bytes(SECRET)
    names = (folder / "mask-of-mine.key", folder / "missing.key", folder, "some/folder/mask-of-mine.key")
    for path in (*map(str, names), "a-long-name-of.key", "~/a-long-name-of.key", f"file://{folder}/mask-of-mine.key"):
        with pytest.raises(UsageError, match="CALLINSPECT_REDACT_KEY is the key itself, not its file") as caught:
            chosen(CALLINSPECT_REDACT_KEY=path)
        assert caught.value.hint == "set CALLINSPECT_REDACT_KEY_FILE to the file"
    for text in ("/9j4AAQSkZJRgABAQAAAQ+b/cd==", "a/key/of/sixteen/bytes", "x" * 5000, "a\0key of 16 bytes"):
        assert chosen(CALLINSPECT_REDACT_KEY=text) == text.encode()


@pytest.mark.parametrize("text", ["0123456789abcdef" * 4, "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4MTIzNDU2Nzg="])
def test_a_key_in_a_path_s_place_is_not_repeated(text: str) -> None:
    for file, variable in ((Path(text), ""), (None, text)):
        with pytest.raises(UsageError, match=r"REDACT_KEY_FILE|--redact-key") as caught:
            chosen(file, CALLINSPECT_REDACT_KEY_FILE=variable)
        assert text not in caught.value.message


def test_the_key_is_masked_as_any_secret() -> None:
    masker = Masker(SECRET)
    for text in (masker.text(f"it is {SECRET.decode()}"), masker.finished(f"it is {SECRET.decode()}")):
        assert "16 bytes" not in text


def redacted(env: Env, *arguments: str) -> tuple[str, str]:
    done = callinspect("--redact", "get", *ATTACHED, *arguments, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode(), done.stderr.decode()


FORMS = (
    ["-o", "json", "--include", "raw", "--with", "all"],
    ["-o", "table", "--include", "raw"],
    ["-o", "csv"],
    ["--raw"],
)


def test_every_format_of_a_call_is_masked(env: Env) -> None:
    for arguments in FORMS:
        shown = "".join(redacted(env, "-v", *arguments))
        assert ATTACHED[1] in shown
        for each in ("9165550104", "555-0104", "12345678", "8012", "California", "example.com", "127.0.0.1"):
            assert each not in shown, (arguments, each)


def test_runs_of_the_program_agree_with_one_key_only(env: Env) -> None:
    number = ("-f", "from.number")
    with_key = {redacted({**env, "CALLINSPECT_REDACT_KEY": SECRET.decode()}, *number)[0] for _ in range(2)}
    assert len(with_key) == 1
    without = {redacted(env, *number)[0] for _ in range(2)}
    assert len(without | with_key) == 3
    assert all(re.fullmatch(r"num\+1-[a-z]{10}\n", each) for each in with_key | without)


def test_a_key_file_may_stand_anywhere_on_the_line(env: Env, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(SECRET)
    (tmp_path / "key").chmod(0o600)
    given = ("--redact-key", str(tmp_path / "key"))
    lines = (
        ("--redact", *given, "get", *ATTACHED),
        ("--redact", "get", *ATTACHED, *given),
        ("get", *ATTACHED, *given, "--redact"),
    )
    shown = [callinspect(*line, "-f", "from.number", env=env) for line in lines]
    assert {each.stderr for each in shown} == {b""}
    assert len({each.stdout for each in shown}) == 1


def test_a_key_file_that_is_missing_ends_the_run(env: Env, tmp_path: Path) -> None:
    file = str(tmp_path / "no-key")
    assert file in failure(callinspect("get", *ATTACHED, "--redact", "--redact-key", file, env=env), 2)


def test_a_body_that_is_not_json_cannot_be_masked(env: Env, tmp_path: Path) -> None:
    (tmp_path / "body").write_text("<html>call 9165550104</html>")
    line = ("--redact", "get", "genesys", "c-1", "--from-file", str(tmp_path / "body"))
    done = callinspect(*line, "--raw", env=env)
    assert "cannot be masked" in failure(done, 12)
    assert b"9165550104" not in done.stderr


def test_a_body_that_is_no_call_is_masked(env: Env, tmp_path: Path) -> None:
    (tmp_path / "body").write_text(json.dumps({"unheardOf": 7, "who": "Jane Doe", "ani": "9165550104"}))
    done = callinspect("--redact", "get", "genesys", "--from-file", str(tmp_path / "body"), "--raw", env=env)
    assert done.returncode == 0
    assert re.fullmatch(
        r'\{\s*"unheardOf": "text-\w+",\s*"who": "text-\w+",\s*"ani": "num-\w+"\s*\}\n', done.stdout.decode()
    )
