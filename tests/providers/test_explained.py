"""What `explain` says of vendors' words: each vendor's `explained.csv` has a few, with what is typed for them."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from kit.program import callinspect

HERE = Path(__file__).parent
BESIDE = {"PYTHONPATH": str(HERE.parents[1])}
"""The package that stands beside the tests: a copy of both has vendors that the installed one lacks."""

FACTS = [
    pytest.param(path.parent.name, row, id=f"{path.parent.name} {row['typed']}")
    for path in sorted(HERE.glob("*/explained.csv"))
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
]


def cell(value: Any) -> str:
    """Return a value as it is written in the file."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize(("name", "fact"), FACTS)
def test_a_word_of_a_vendor_is_explained(name: str, fact: dict[str, str], bare: dict[str, str]) -> None:
    done = callinspect("explain", name, *fact["typed"].split(), "-o", "jsonl", env=bare | BESIDE)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[0])
    assert {key: cell(found[key]) for key in fact if key != "typed"} == {
        key: value for key, value in fact.items() if key != "typed"
    }
