"""`callinspect diff` of calls that live: of two looks at each, it names exactly what changed between them."""

import json
import time
from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from kit.json_patch import applied, parts
from kit.program import callinspect

from callinspect.sandbox import calls

Env = dict[str, str]
Leaves = dict[tuple[str, ...], Any]

LIVING = [f"{call.provider}:{call.id}" for call in calls() if call.living]
LOOKS, APART = 5, 0.8
"""How often each call is looked at, and seconds between the looks: four times as many for the calls."""

READ = ("--with", "all", "--rate", "500/s", "--jobs", "24")
"""All there is, faster than the vendors would allow."""

UNSTABLE = {"retrieved_at", "raw", "warnings", "timeline"}
DERIVED = {"ring", "talk", "total"}


def looks(env: Env) -> list[dict[str, Any]]:
    """Return the records of every living call at several moments, by call."""
    found: list[dict[str, Any]] = []
    for number in range(LOOKS):
        time.sleep(APART if number else 0)
        done = callinspect("get", "-", *READ, "-o", "jsonl", env=env, stdin="\n".join(LIVING))
        records = [json.loads(line) for line in done.stdout.splitlines()]
        found.append({f"{each['provider']}:{each['id']}": each for each in records})
    return found


def compared(record: Any, a: Any, b: Any) -> Any:
    """Return what of a record is compared when it is that of two sides, worked out from the design alone."""
    kept = {key: value for key, value in record.items() if key not in UNSTABLE}
    lost = DERIVED if a["state"] == b["state"] == "ended" else {*DERIVED, "reported"}
    kept["durations"] = {key: value for key, value in record["durations"].items() if key not in lost}
    both = {name for name in a["related"] if None not in (a["related"][name], b["related"][name])}
    kept["related"] = {name: value for name, value in record["related"].items() if name in both}
    legs = [{leg["id"]: leg["call"] for leg in each["related"]["legs"] or ()} for each in (a, b)]
    for leg in kept["related"].get("legs") or ():
        one, other = (each.get(leg["id"]) or leg["call"] for each in legs)
        leg["call"] = leg["call"] and compared(leg["call"], one, other)
    return without_queries(kept)


def without_queries(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_queries(below) for key, below in value.items()}
    if isinstance(value, list):
        return [without_queries(each) for each in value]
    is_url = isinstance(value, str) and " " not in value and value.startswith(("http", "/"))
    return urlsplit(value)._replace(query="").geturl() if is_url else value


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give the path and value of every leaf; a list is one, and an empty object has none."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from leaves(below, (*path, key))
    else:
        yield path, json.dumps(value)


def named(patch: list[dict[str, Any]], a: Any) -> set[tuple[str, ...]]:
    """Return the leaves that operations are about."""
    found: set[tuple[str, ...]] = set()
    for each in patch:
        path, before = [], a
        for part in parts(each["path"]):
            if isinstance(before, list):
                break
            path.append(part)
            before = before.get(part) if isinstance(before, dict) else None
        is_whole = len(path) == len(parts(each["path"]))
        values = [each.get("value")] * (each["op"] != "remove") if is_whole else [[]]
        values += [before] * (each["op"] != "add") if is_whole else []
        found |= {place for value in values for place, _ in leaves(value, tuple(path))}
    return found


def check(a: Any, b: Any, patch: list[dict[str, Any]]) -> None:
    first, second = (compared(deepcopy(each), a, b) for each in (a, b))
    old, new = dict(leaves(first)), dict(leaves(second))
    expected = {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}
    assert named(patch, first) == expected
    assert compared(applied(a, patch), a, b) == second


@pytest.fixture
def pair(tmp_path: Path) -> list[Path]:
    return [tmp_path / "a.json", tmp_path / "b.json"]


def test_it_names_exactly_what_changed(quick: Env, pair: list[Path]) -> None:
    seen, different = looks(quick), set()
    for before, after in pairwise(seen):
        for call in before.keys() & after.keys():
            for path, record in zip(pair, (before[call], after[call]), strict=True):
                path.write_text(json.dumps(record))
            done = callinspect("diff", *map(str, pair), "-o", "json", env=quick)
            patch = json.loads(done.stdout)
            assert done.returncode == bool(patch), done.stderr
            check(before[call], after[call], patch)
            different |= {call} if patch else set()
    assert len(different) > 0.75 * len(LIVING)
