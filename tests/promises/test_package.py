"""What is shipped, what it depends on, and what it does before it is asked to do anything."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from kit.program import SCRIPTS, callinspect, environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from callinspect.cli.main import program

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIREMENTS = [Requirement(each) for each in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]]
LOCKED = {
    canonicalize_name(name): locked
    for name, locked in re.findall(
        r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)",
        (ROOT / "tests/requirements.txt").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
}

NETWORK = """
import sys
def note(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "socket.sendto"}:
        print("NETWORK", event, arguments, file=sys.stderr)
    if event == "subprocess.Popen":
        print("PROCESS", arguments, file=sys.stderr)
sys.addaudithook(note)
"""
"""A sitecustomize module that tells of everything that leaves the process."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the wheel and the source distribution of a copy of what git knows."""
    there = tmp_path_factory.mktemp("built")
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().splitlines():
        (there / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        (there / "source" / name).write_bytes((ROOT / name).read_bytes())
    for kind in ("wheel", "sdist"):
        built = subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(there)],
            cwd=there / "source",
            capture_output=True,
            check=False,
        )
        assert built.returncode == 0, built.stderr.decode()
    return there


def test_the_wheel_holds_package_manual_and_metadata_only(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    project = f"callinspect-{version('callinspect')}"
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"callinspect", f"{project}.dist-info", f"{project}.data"}
    manual = f"{project}.data/data/share/man/man1/callinspect.1"
    assert [name for name in names if name.startswith(f"{project}.data/")] == [manual]
    kinds = {Path(name).suffix for name in names if name.startswith("callinspect/")}
    assert kinds == {".py", ".json", ".txt", ".typed"}
    packaged = {path.relative_to(ROOT).as_posix() for path in (ROOT / "callinspect").rglob("*.py")}
    assert packaged < names
    assert f"{project}.dist-info/licenses/LICENSE" in names


def test_the_source_distribution_holds_what_its_tests_need(built: Path) -> None:
    """And nothing hidden."""
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"tests/kit/program.py", "tests/requirements.txt", "completions/callinspect.bash", "LICENSE"} < names
    assert {name.partition("/")[0] for name in names} == {
        *(".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md"),
        *(".ci", "callinspect", "completions", "pyproject.toml", "tests"),
    }


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=str)
def test_what_is_locked_for_tests_is_what_the_project_asks_for(requirement: Requirement) -> None:
    assert requirement.specifier.contains(LOCKED[canonicalize_name(requirement.name)])


@pytest.mark.parametrize("requirement", [Requirement(each) for each in PROJECT["dependencies"]], ids=str)
def test_what_the_program_needs_has_a_floor_and_a_ceiling(requirement: Requirement) -> None:
    """But for the time zones: every later edition of them is wanted."""
    operators = {each.operator for each in requirement.specifier}
    assert operators == ({">="} if requirement.name == "tzdata" else {">=", "<"})


def _commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield words
    if hasattr(command, "list_commands"):
        for name in command.list_commands(None):
            yield from _commands(command.get_command(None, name), (*words, name))


@pytest.fixture
def watched(bare: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has set nothing, in which the program tells of whatever leaves it."""
    (tmp_path / "sitecustomize.py").write_text(NETWORK, encoding="utf-8")
    return {**bare, "PYTHONPATH": str(tmp_path)}


@pytest.mark.parametrize(
    "arguments",
    [
        *((*words, "--help") for words in _commands(program())),
        *(("--version",), ("completion", "bash"), ("schema",), ("providers",), ("auth", "status")),
        *(("help", "environment"), ("sandbox", "calls"), ("get", "webex"), ("get", "webex", "1")),
    ],
    ids=" ".join,
)
def test_nothing_leaves_the_process_before_a_vendor_is_asked(
    arguments: tuple[str, ...], watched: dict[str, str]
) -> None:
    done = callinspect(*arguments, env=watched)
    assert b"NETWORK" not in done.stderr
    assert b"PROCESS" not in done.stderr


def test_the_watch_does_see_a_request_to_a_vendor(watched: dict[str, str]) -> None:
    done = callinspect("--sandbox", "list", "bandwidth", "--limit", "1", env=watched)
    assert b"NETWORK socket.connect" in done.stderr


def test_no_module_reaches_out_when_it_is_imported(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NETWORK, encoding="utf-8")
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in (ROOT / "callinspect").rglob("*.py")
    ]
    imported = subprocess.run(
        [str(SCRIPTS / "python"), "-c", f"import {', '.join(modules)}"],
        env=environment(tmp_path, PYTHONPATH=str(tmp_path)),
        capture_output=True,
        check=False,
    )
    assert (imported.returncode, imported.stdout, imported.stderr) == (0, b"", b"")
