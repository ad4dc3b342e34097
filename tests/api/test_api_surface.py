"""What a program in Python may rely on: these names, these signatures, and nothing else."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from kit import readme
from kit.program import SCRIPTS, environment

import callinspect

SIGNATURES = {
    "__init__": "(self, *, profile: str | None = None, timeout: float = 30.0, rate: float | None = None, "
    "ca_file: str | os.PathLike[str] | None = None, environ: collections.abc.Mapping[str, str] | None = None, "
    "values: collections.abc.Mapping[str, str] = {}) -> None",
    "close": "(self) -> None",
    "get": "(self, provider: str, call_id: str, *, with_: str | collections.abc.Iterable[str] = ()) "
    "-> callinspect.model.Call",
    "get_many": "(self, targets: collections.abc.Iterable[typing.Any], *, jobs: int = 8, ordered: bool = True, "
    "with_: str | collections.abc.Iterable[str] = ()) "
    "-> collections.abc.Iterator[callinspect.model.Call | callinspect.errors.CallinspectError]",
    "list": "(self, provider: str, *, since: datetime.datetime | None = None, "
    "until: datetime.datetime | None = None, number: str | None = None, from_: str | None = None, "
    "to: str | None = None, state: str | collections.abc.Iterable[str] = (), "
    "outcome: str | collections.abc.Iterable[str] = (), cause: str | collections.abc.Iterable[str] = (), "
    "failed: bool = False, limit: int | None = None, parameters: collections.abc.Mapping[str, str] = {}) "
    "-> collections.abc.Iterator[callinspect.model.Call | callinspect.errors.CallinspectError]",
}

TYPED = """
from datetime import datetime
import callinspect

with callinspect.Client(rate=5) as client:
    call: callinspect.Call = client.get("somebody", "1", with_="legs")
    for each in client.get_many(["somebody:1", ("somebody", "2")], jobs=2):
        record: dict[str, object] = each.as_dict()
        if isinstance(each, callinspect.CallinspectError):
            code: str = each.code
    began: datetime | None = call.created_at
version: str = callinspect.__version__
callinspect.Inspector
"""


def test_these_names_are_public() -> None:
    assert callinspect.__all__ == ["Call", "CallinspectError", "Client", "__version__"]
    assert set(callinspect.__all__) <= set(dir(callinspect))
    for name in callinspect.__all__:
        assert getattr(callinspect, name) is getattr(callinspect, name)


def test_a_client_has_these_methods() -> None:
    public = {name for name in dir(callinspect.Client) if not name.startswith("_")}
    assert public == SIGNATURES.keys() - {"__init__"}
    for name, signature in SIGNATURES.items():
        assert str(inspect.signature(getattr(callinspect.Client, name))) == signature, name


def test_there_is_no_other_name() -> None:
    with pytest.raises(AttributeError, match=r"^module 'callinspect' has no attribute 'Inspector'$"):
        callinspect.Inspector  # type: ignore[attr-defined]  # noqa: B018 - it is what fails


def test_readme_says_what_is_public() -> None:
    said = " ".join(readme.section("From Python").split())
    assert "`Client`, `Call`, `CallinspectError` and `__version__` are public, and `callinspect.provider`" in said


@pytest.mark.parametrize("statement", ["import callinspect", "from callinspect import __version__"])
def test_the_package_imports_nothing_until_it_is_used(statement: str, tmp_path: Path) -> None:
    program = f"import sys; before = set(sys.modules); {statement}; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(tmp_path), capture_output=True, check=True, text=True
    )
    assert done.stdout.split() == ["callinspect"]


def test_a_client_imports_no_command_line(tmp_path: Path) -> None:
    program = "import sys, callinspect; callinspect.Client(); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(tmp_path), capture_output=True, check=True, text=True
    )
    there = set(done.stdout.split())
    assert not {"typer", "rich", "keyring", "httpx", "asyncio", "callinspect.cli", "callinspect.render"} & there


def test_programs_that_use_it_are_checked_for_types(tmp_path: Path) -> None:
    (tmp_path / "used.py").write_text(TYPED, encoding="utf-8")
    command = [str(SCRIPTS / "mypy"), "--strict", "--cache-dir", str(tmp_path / "cache"), "used.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, check=False, text=True)
    wrong = [line for line in done.stdout.splitlines() if "error:" in line]
    assert wrong == ['used.py:13: error: Module has no attribute "Inspector"  [attr-defined]'], done.stdout
