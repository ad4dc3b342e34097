"""What the pages and the scripts say is so."""

import re
import sys
from pathlib import Path

from kit import readme
from kit.program import Env, callinspect


def test_the_table_of_vendors_is_what_they_say() -> None:
    """`.venv/bin/python tests/kit/readme.py` writes it anew."""
    assert readme.there(readme.README.read_text(encoding="utf-8")) == readme.table()


ROOT = Path(__file__).parents[2]
PAGES = ("README.md", ".github/CONTRIBUTING.md", "callinspect/providers/README.md", ".ci/run", ".ci/check")
PATH = re.compile(r"(?<![\w/.-])((?:tests|callinspect|\.ci|\.github|completions)/[\w./{},-]*)")


def expanded(path: str) -> list[str]:
    """Return what a shell makes of the braces in a path."""
    before, _, rest = path.partition("{")
    words, _, after = rest.partition("}")
    return [f"{before}{word}{after}" for word in words.split(",")] if rest else [path]


def test_every_path_that_a_page_names_is_there() -> None:
    named = {
        (page, path.rstrip(".,"))
        for page in PAGES
        for found in PATH.findall((ROOT / page).read_text(encoding="utf-8"))
        for path in expanded(found)
        if "NAME" not in path
    }
    assert len(named) > len(PAGES)
    assert sorted(each for each in named if not (ROOT / each[1]).exists()) == []


def test_the_page_about_python_works_as_it_stands(bare: Env, tmp_path: Path) -> None:
    """In the sandbox that it names; a wrong word in it would be seen."""
    page = readme.section("From Python")
    assert page.count("\n>>> ") >= 6
    written = tmp_path / "page.txt"
    for text, status in ((page, 0), (page.replace("not_found", "not_there"), 1)):
        written.write_text(text, encoding="utf-8")
        command = ("sandbox", "run", "--", sys.executable, "-m", "doctest", str(written))
        done = callinspect(*command, env=bare)
        assert done.returncode == status, done.stdout.decode()
