"""`doctor` on the sandbox, and how its checks are written."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from kit import vendors
from kit.checkups import doctor
from kit.program import PASSWORD, VENDOR, callinspect, env_of
from kit.terminals import Terminal

if TYPE_CHECKING:
    from pathlib import Path

CHECKS = (
    *("credentials", "base_url", "proxy", "ca", "dns", "connect", "tls"),
    *("http", "clock", "accepted", "limit"),
)


def test_the_sandbox_is_well_at_every_vendor(bare: dict[str, str]) -> None:
    done = doctor("--sandbox", env=bare)
    assert done.status == 0
    assert [each["name"] for each in done.checks[:4]] == ["python", "libraries", "config", "keyring"]
    for number, vendor in enumerate(vendors.NAMES):
        mine = done.checks[4 + number * len(CHECKS) :][: len(CHECKS)]
        assert [(each["provider"], each["name"]) for each in mine] == [(vendor, name) for name in CHECKS]
    assert {each["status"] for each in done.checks if each["name"] == "accepted"} == {"ok"}
    assert {each["name"] for each in done.checks if each["status"] == "skip"} <= {"keyring", "ca", "tls"}
    assert "GET http" in done.err, "-v shows the requests"


def test_the_sandbox_is_of_accounts_and_not_of_the_machine(bare: dict[str, str]) -> None:
    alone, beside = (doctor(*words, VENDOR, env=bare).checks[2] for words in ((), ("--sandbox",)))
    assert alone["summary"] == beside["summary"]


def test_several_are_checked_in_the_order_given(env: dict[str, str]) -> None:
    names = vendors.NAMES[2], vendors.NAMES[0], vendors.NAMES[2].upper()
    done = doctor(*names, env=env)
    assert [each["provider"] for each in done.checks if each["name"] == "http"] == list(names[:2])


def test_json_lines_have_a_check_each(env: dict[str, str]) -> None:
    done = callinspect("doctor", VENDOR, "-o", "jsonl", env=env)
    checks = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["name"] for each in checks[4:]] == list(CHECKS)
    assert all(isinstance(each["took_ms"], int) for each in checks)


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_lines_fit_and_each_remedy_stands_below(columns: int, bare: dict[str, str]) -> None:
    env = bare | {"COLUMNS": f"{columns}", "CALLINSPECT_PLIVO_AUTH_TOKEN": PASSWORD, "HTTPS_PROXY": "http://[::1"}
    done = callinspect("doctor", "-o", "table", env=env)
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 4
    long = [line for line in lines if len(line) > columns and " " in line.strip()]
    assert all("callinspect doctor" in line or "export " in line for line in long), "only commands are longer"
    assert any(line.endswith("env -u HTTPS_PROXY callinspect doctor plivo") for line in lines)
    assert not [after for line, after in pairwise(lines) if line[:1] == "✓" and "→" in after]
    text = " ".join(" ".join(lines).split())
    assert "✗ credentials auth_id is missing; there is auth_token from CALLINSPECT_PLIVO_* → set CALL" in text
    assert "→ check HTTPS_PROXY in the environment" in text
    assert "! keyring" in text
    assert lines[-1] == "2 checks failed, 1 warning"


def test_without_unicode_the_marks_are_ascii(bare: dict[str, str]) -> None:
    env = bare | {"LC_ALL": "C", "CALLINSPECT_PLIVO_AUTH_TOKEN": PASSWORD, "HTTPS_PROXY": "http://[::1"}
    text = callinspect("doctor", "-o", "table", env=env).stdout.decode("ascii")
    assert {line[:2] for line in text.splitlines() if line[1:2] == " " and line[0] not in " 2"} == {
        "+ ",
        "! ",
        "x ",
        "- ",
    }
    assert "-> set CALLINSPECT_PLIVO_AUTH_ID" in text


def test_a_terminal_gets_marks_in_color(env: dict[str, str]) -> None:
    terminal = Terminal("doctor", VENDOR, env=env)
    terminal.until("All well.")
    assert terminal.ended().status == 0
    assert "\x1b[32m✓\x1b[0m python" in terminal.screen.decode()


def test_people_are_told_how_to_begin(bare: dict[str, str]) -> None:
    done = callinspect("doctor", "-o", "table", env=bare)
    text = " ".join(done.stdout.decode().split())
    assert done.returncode == 0
    assert "No credentials yet. in the OS keyring callinspect auth login PROVIDER" in text
    assert "callinspect --sandbox get " in text


def test_redaction_leaves_no_account_and_no_home(tmp_path: Path) -> None:
    env = env_of(tmp_path, "https://vendor.invalid")
    done = callinspect("doctor", VENDOR, "--redact", env=env)
    assert str(tmp_path).encode() not in done.stdout + done.stderr
    assert b"5555555" not in done.stdout + done.stderr


def test_redaction_leaves_versions_and_no_profile(tmp_path: Path) -> None:
    env = env_of(tmp_path, "https://vendor.invalid")
    folder = tmp_path / ".config" / "callinspect"
    folder.mkdir(parents=True, mode=0o700)
    (folder / "profiles.json").write_text('{"plivo": ["globex"]}')
    plain = json.loads(callinspect("doctor", env=env).stdout)["checks"][1]
    done = callinspect("doctor", "--redact", "--profile", "initech", env=env)
    assert json.loads(done.stdout)["checks"][1]["summary"] == plain["summary"]
    for name in (b"globex", b"initech"):
        assert name not in done.stdout + done.stderr
    assert b"HTTPS_PROXY=PROXY:PORT" in done.stdout


def test_redaction_leaves_no_user_of_another_home(tmp_path: Path) -> None:
    env = env_of(tmp_path, "https://vendor.invalid")
    for file in ("/home/riley/ca.pem", "/Users/riley fisher/ca.pem"):
        done = callinspect("doctor", VENDOR, "--redact", "--ca-file", file, env=env)
        assert done.returncode == 10
        assert b"riley" not in done.stdout + done.stderr


def test_a_user_without_a_name_is_no_hindrance(bare: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import pwd\ndef none(_):\n    raise KeyError\npwd.getpwuid = none\n")
    done = callinspect("doctor", "--redact", env=bare | {"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 0
