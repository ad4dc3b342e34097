"""The house's rules: what holds for every file of the package and of its tests."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from callinspect import providers

ROOT = Path(__file__).parents[2]
TESTS, PACKAGE = ROOT / "tests", ROOT / "callinspect"
MODULES = sorted(TESTS.rglob("test_*.py"))
SOURCES = [*sorted(PACKAGE.rglob("*.py")), *sorted(TESTS.rglob("*.py"))]
NAME, FILE, TEST_FILE, FUNCTION = 60, 320, 500, 40
"""The longest name of a test in characters, and the longest file, file of tests and function in lines."""


def shown(path: Path, line: int, what: str) -> str:
    return f"{path.relative_to(ROOT)}:{line}: {what}"


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Give the modules that a file imports, each with its line."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module or ''}.{each.name}") for each in node.names)


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.FunctionDef):
            yield node


def test_no_test_module_imports_another() -> None:
    names = {path.stem for path in MODULES}
    wrong = [
        shown(path, line, f"imports {name}, which is a test module: what tests share is in tests/kit")
        for path in sorted(TESTS.rglob("*.py"))
        for line, name in imported(path)
        if names & set(name.split("."))
    ]
    assert not wrong, "\n".join(wrong)


def test_a_test_has_a_name_of_at_most_60_characters() -> None:
    wrong = [
        shown(path, each.lineno, f"{each.name} has {len(each.name)} characters: {NAME} at most")
        for path in MODULES
        for each in functions(path)
        if each.name.startswith("test_") and len(each.name) > NAME
    ]
    assert not wrong, "\n".join(wrong)


def test_no_two_test_files_have_the_same_name() -> None:
    """Tests are not in packages: pytest imports a file by its bare name."""
    known: dict[str, list[Path]] = defaultdict(list)
    for path in MODULES:
        known[path.name].append(path)
    wrong = [
        shown(path, 1, f"has the name of {others[0].relative_to(ROOT)}")
        for others in known.values()
        for path in others[1:]
    ]
    assert not wrong, "\n".join(wrong)


def test_vendors_are_named_in_folders_of_vendors_only() -> None:
    """By the provider's name and the first word of its title, in code, docstrings and data alike."""
    words = {word for name in providers.names() for word in (name, providers.get(name).title.split()[0])}
    named = re.compile(rf"(?<![^\W_])({'|'.join(map(re.escape, words))})(?![^\W_])", re.IGNORECASE)
    wrong = [
        shown(path, number, f"names {found[0]}: {line.strip()}")
        for path in sorted(PACKAGE.rglob("*.*"))
        if path.suffix in {".py", ".json"}
        and not re.match(r"(providers|sandbox/vendors)/\w+/", path.relative_to(PACKAGE).as_posix())
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (found := named.search(line))
    ]
    assert not wrong, "\n".join(wrong)


def test_a_file_has_at_most_320_lines_and_tests_500() -> None:
    wrong = [
        shown(path, most + 1, f"the file has {lines} lines: {most} at most")
        for path in SOURCES
        for most in [TEST_FILE if path in MODULES else FILE]
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > most
    ]
    assert not wrong, "\n".join(wrong)


def test_a_function_has_at_most_40_lines() -> None:
    """Its parameters do not count: a command declares its options there."""
    wrong = [
        shown(path, each.lineno, f"{each.name} has {lines} lines: {FUNCTION} at most")
        for path in SOURCES
        for each in functions(path)
        if (lines := (each.end_lineno or 0) - each.body[0].lineno + 1) > FUNCTION
    ]
    assert not wrong, "\n".join(wrong)


def test_only_a_vendor_s_own_tests_import_its_module() -> None:
    wrong = [
        shown(path, line, f"imports {name}: a test asks for a vendor by its name")
        for path in sorted(TESTS.rglob("*.py"))
        for line, name in imported(path)
        for vendor in providers.names()
        if f"{name}.".startswith(f"callinspect.providers.{vendor}.")
        and not path.is_relative_to(TESTS / "providers" / vendor)
    ]
    assert not wrong, "\n".join(wrong)
