"""`callinspect diff` of calls that live: of two looks at each, it names exactly what changed between them."""

import json
from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kit.clocks import Clock
from kit.json_patch import applied, parts
from kit.program import callinspect, environment

from callinspect.comparing import Side, compare
from callinspect.sandbox import Sandbox, calls, vendors

LIVING = {f"{call.provider}:{call.id}" for call in calls() if call.living}

READ = ("--with", "all", "--rate", "500/s", "--jobs", "24")
"""All there is, faster than the vendors would allow."""

UNSTABLE = {"retrieved_at", "raw", "warnings", "timeline"}
DERIVED = {"ring", "talk", "total"}


def moments() -> list[float]:
    """Return when any living call changes, in seconds from the start."""
    living = [call for name in vendors.names() for call in vendors.get(name).calls if call.living]
    return sorted({max(0, stage.since) for call in living for stage in call.stages})


def looks(home: Path) -> Iterator[dict[str, Any]]:
    """Give the records of every living call after each change of any of them, by call."""
    clock = Clock()
    with Sandbox(clock=clock, burst=100_000) as running:
        env = environment(home, **running.environment)
        for clock.seconds in moments():
            done = callinspect("get", "-", *READ, "-o", "jsonl", env=env, stdin="\n".join(LIVING))
            records = [json.loads(line) for line in done.stdout.splitlines()]
            yield {f"{each['provider']}:{each['id']}": each for each in records}


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


def test_it_names_exactly_what_changed(tmp_path: Path) -> None:
    """At every living call, and whenever any of them has changed; the last time by the program itself."""
    changed: dict[str, tuple[Any, Any]] = {}
    for before, after in pairwise(looks(tmp_path)):
        for call in before.keys() & after.keys():
            first, second = (deepcopy(each[call]) for each in (before, after))
            patch = compare(Side(first, "a"), Side(second, "b")).patch
            check(before[call], after[call], patch)
            if patch:
                changed[call] = before[call], after[call]
    assert changed.keys() == LIVING
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for a, b in changed.values():
        for path, record in zip(paths, (a, b), strict=True):
            path.write_text(json.dumps(record))
        done = callinspect("diff", *map(str, paths), "-o", "json", env=environment(tmp_path))
        assert done.returncode == 1, done.stderr
        check(a, b, json.loads(done.stdout))
