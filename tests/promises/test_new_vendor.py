"""A vendor is three folders named alike, and no other file changes."""

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from kit import vendors
from kit.program import TIMEOUT

ROOT = Path(__file__).parents[2]
FOLDERS = ("callinspect/providers", "callinspect/sandbox/vendors", "tests/providers")
CODE = ("callinspect", "tests", ".ci", "pyproject.toml", "README.md")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the code to change."""
    for name in CODE:
        leave = shutil.ignore_patterns("__pycache__", "build")
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=leave)
        else:
            shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def run(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": str(copy), "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, timeout=5 * TIMEOUT, check=False)


def contract(copy: Path, vendor: str) -> str:
    """Return what the contract suite says of a vendor."""
    arguments = ("-q", "-p", "no:cacheprovider", "tests/providers", "-k", vendor)
    return run(copy, sys.executable, "-m", "pytest", *arguments).stdout


@pytest.mark.parametrize("name", vendors.BUYING[:1])
def test_a_vendor_under_another_name_passes(name: str, copy: Path) -> None:
    for place in FOLDERS:
        shutil.copytree(copy / place / name, copy / place / "another")
        for path in (copy / place / "another").rglob("*"):
            if path.is_file():
                text = path.read_text("utf-8")
                for form in (str.lower, str.title, str.upper):
                    text = text.replace(form(name), form("another"))
                path.write_text(text, "utf-8")
                path.rename(path.with_name(path.name.replace(name, "another")))
    said = contract(copy, "another")
    assert " passed" in said
    assert "failed" not in said, said
    assert "error" not in said.splitlines()[-1], said


def test_a_new_one_works_and_lacks_only_what_to_fill_in(copy: Path) -> None:
    done = run(copy, ".ci/new-vendor", "acme")
    assert (done.returncode, done.stderr) == (0, "")
    said = contract(copy, "acme")
    assert "1 failed" in said, said
    assert "test_acme.py::test_nothing_is_left_to_fill_in" in said
    listed = run(copy, sys.executable, "-m", "callinspect", "list", "acme", "--sandbox", "-f", "outcome")
    assert "answered" in listed.stdout
    linted = run(copy, sys.executable, "-m", "ruff", "check", "--no-cache", *(f"{place}/acme" for place in FOLDERS))
    assert linted.returncode == 0, linted.stdout


NUMBERS = {
    "callinspect/providers/acme/__init__.py": {
        '    id="id",\n': '    id="id",\n    numeric_id=True,\n    moment=parse_seconds,\n',
        "    pages,\n": "    pages,\n    parse_seconds,\n",
        'r"call-[0-9a-f]{12}"': 'r"[1-9][0-9]{5}", is_fixed=True, description=',
        ', "call- and 12 hexadecimal digits"': '"six digits"',
    },
    "callinspect/sandbox/vendors/acme/__init__.py": {
        'f"call-{digest(name).hex()[:12]}")': '10**5 + int.from_bytes(digest(name)[:2]), form="epoch_seconds")'
    },
    "tests/providers/acme/account.json": {'"id": "call-0123456789ab"': '"id": 812343, "times": "epoch_seconds"'},
    "tests/providers/acme/lists.json": {'"call-0123456789ab"': "812343"},
}
"""What is different in a new vendor whose IDs are numbers of a fixed form, and whose times are seconds since 1970."""


def test_a_new_one_may_write_ids_and_times_as_numbers(copy: Path) -> None:
    run(copy, ".ci/new-vendor", "acme")
    for place, changes in NUMBERS.items():
        text = (copy / place).read_text("utf-8")
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        (copy / place).write_text(text, "utf-8")
    path = copy / "tests/providers/acme/calls.json"
    cases = json.loads(path.read_text("utf-8"))
    for case in cases.values():
        for key in ("created_at", "answered_at", "ended_at"):
            if key in case.get("body", {}):
                case["body"][key] = int(datetime.fromisoformat(case["body"][key]).timestamp())
    path.write_text(json.dumps(cases), "utf-8")
    said = contract(copy, "acme")
    assert "1 failed" in said, said
    assert "test_acme.py::test_nothing_is_left_to_fill_in" in said


@pytest.mark.parametrize(
    ("name", "said"), [("Acme", "lower-case letters"), ("a-b", "lower-case letters"), ("webex", "exists already")]
)
def test_a_name_that_will_not_do_is_refused(name: str, said: str, copy: Path) -> None:
    done = run(copy, ".ci/new-vendor", name)
    assert done.returncode == 1
    assert said in done.stderr
