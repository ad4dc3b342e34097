"""The command line: which modules, which tests, and the clone to do it in."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from mutation.module import Module
from mutation.reach import learned
from mutation.source import Source
from mutation.statements import changes

ROOT = Path(__file__).parents[2]

MODULES = (
    "model",
    *(f"provider/{name}" for name in ("reader", "parsing", "moments", "answers", "refusals", "shape", "flows")),
    *(f"provider/{name}" for name in ("exchange", "contract", "auth")),
    *("providers/*/__init__", "providers/__init__"),
    *("credentials/finding", "credentials/content", "credentials/values"),
    *(f"http/{name}" for name in ("transport", "retry", "faults", "message")),
)
TESTS = {
    "http": ("http", "promises"),
    "credentials": ("credentials", "commands", "promises"),
    "provider": ("provider", "providers", "credentials"),
    "providers": ("providers", "commands"),
    "model": ("providers", "render"),
}
"""The folders with tests of what is in a folder of the package; of any other it is the one of the same name."""

DESCRIPTION = """\
Change the source in one place at a time, and print as diffs which changes no test notices, then how many there were;
survivors.md says which of them change nothing that matters. It works in a clone of the last commit, with an environment
of its own. The tests are run once to learn which lines each of them reaches, and after that a change meets only those
that reach it.
"""


def main() -> None:
    """Mutate the modules that are named."""
    given = _arguments()
    home = _there(given.home)
    for module in _modules(home, given.modules):
        if given.count:
            print(module, len(changes(Source(home / "callinspect" / f"{module}.py"))))
        else:
            os.chdir(home)
            reach = learned(home, _tests(home, given.tests or _folders(module)))
            Module(home, module, reach, most=given.seconds, again=given.again).mutate()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python tests/mutation", description=DESCRIPTION)
    parser.add_argument("--in", dest="home", type=Path, metavar="DIR", help="a clone to make, and to keep")
    parser.add_argument("--again", action="store_true", help="try what survived the last time in DIR only")
    parser.add_argument(
        "--seconds", type=float, default=60.0, metavar="N", help="for how long tests may try a change (%(default)g)"
    )
    parser.add_argument(
        "--tests", type=lambda text: tuple(text.split(",")), metavar="PATH,...",
        help="folders or files below tests/ to learn from, instead of the module's own",
    )  # fmt: skip
    parser.add_argument("--count", action="store_true", help="only count the changes")
    parser.add_argument(
        "modules", nargs="*", default=MODULES, metavar="MODULE",
        help=f"paths below callinspect/ without .py, * for any; by default {', '.join(MODULES)}",
    )  # fmt: skip
    return parser.parse_args()


def _there(home: Path | None) -> Path:
    """Return the clone, which this process belongs to: it is made where there is none, and then another one begins."""
    if home is None:
        with tempfile.TemporaryDirectory() as room:
            done = subprocess.run(_again("--in", str(Path(room) / "callinspect")), check=False)
        sys.exit(done.returncode)
    home = home.resolve()
    if not home.exists():
        _prepare(home)
    if Path(sys.prefix) != home / ".venv":
        python = str(home / ".venv/bin/python")
        os.execve(python, [python, *_again()[1:]], _plain())
    return home


def _again(*more: str) -> list[str]:
    return [sys.executable, str(Path(__file__).parent), *more, *sys.argv[1:]]


def _prepare(home: Path) -> None:
    subprocess.run(["git", "clone", "-q", str(ROOT), str(home)], check=True)
    subprocess.run([sys.executable, "-m", "venv", str(home / ".venv")], check=True)
    pip = [str(home / ".venv/bin/pip"), "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(home / "tests/requirements.txt")], check=True, env=_plain())
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", str(home)], check=True, env=_plain())


def _plain() -> dict[str, str]:
    """Return an environment in which what is compiled is kept."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _modules(home: Path, patterns: tuple[str, ...]) -> list[str]:
    package = home / "callinspect"
    found: list[str] = []
    for pattern in patterns:
        paths = sorted(package.glob(f"{pattern}.py"))
        if not paths:
            sys.exit(f"there is no module {pattern}")
        found += [path.relative_to(package).with_suffix("").as_posix() for path in paths]
    return found


def _folders(module: str) -> tuple[str, ...]:
    top = module.partition("/")[0]
    return TESTS.get(top, (top,))


def _tests(home: Path, names: tuple[str, ...]) -> list[Path]:
    found: list[Path] = []
    for name in names:
        path = home / "tests" / name
        files = [path] if path.is_file() else sorted(path.rglob("test_*.py"))
        if not files:
            sys.exit(f"there are no tests in tests/{name}")
        found += files
    return found
