"""What the pages and the scripts say is so."""

import re
from pathlib import Path

from kit import readme


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
