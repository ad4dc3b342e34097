"""What the program writes, read by DuckDB as README says: it counts what there is."""

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from kit import readme
from kit.program import Env, callinspect, environment
from kit.sandbox_calls import known

from callinspect.sandbox import Sandbox

STATEMENT = readme.code("More than one machine", "sql")
READ = STATEMENT.partition("FROM ")[2].partition(";")[0]
OPTIONS = ", maximum_depth=1, sample_size=-1"

SAMPLE = 20_480
"""Records from which types are guessed if nothing else is said."""

GET = ("get", "-", "--rate", "2000/s")

TIMES = 4
"""How often each record is there."""


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Some thousand records of all vendors as the program writes them: those with a cost come last."""
    targets = "".join(f"{each.provider}:{each.id}\n" for each in known(hostile=False))
    written = b""
    with Sandbox(burst=100_000) as sandbox:
        env: Env = environment(tmp_path_factory.mktemp("home"), **sandbox.environment)
        for words in ((*GET, "--with", "all"), GET, ("list", "--since", "all")):
            done = callinspect(*words, "-q", "-o", "jsonl", env=env, stdin=targets)
            assert done.returncode == 0, done.stderr
            written += done.stdout
    found = written.decode().splitlines() * TIMES
    random.Random(3).shuffle(found)
    assert len(found) > 3000
    return sorted(found, key=lambda line: json.loads(line)["cost"] is not None)


@pytest.fixture
def records(lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The records in calls.jsonl, where the tests are."""
    monkeypatch.chdir(tmp_path)
    Path("calls.jsonl").write_text("".join(f"{each}\n" for each in lines), encoding="utf-8")
    return [json.loads(each) for each in lines]


def counts(source: str, keys: list[str]) -> dict[str, int]:
    """Return how many values each column has."""
    with duckdb.connect() as database:
        columns = ", ".join(f'count("{key}")' for key in keys)
        (row,) = database.execute(f"SELECT {columns} FROM {source}").fetchall()
    return dict(zip(keys, row, strict=True))


def there(records: list[dict[str, Any]]) -> dict[str, int]:
    return {key: sum(each[key] is not None for each in records) for key in records[0]}


def test_every_value_is_counted_and_none_is_changed(records: list[dict[str, Any]]) -> None:
    assert OPTIONS in READ
    assert counts(READ, list(records[0])) == there(records)
    with duckdb.connect() as database:
        for row, record in zip(database.execute(f"SELECT * FROM {READ}").fetchall(), records, strict=True):
            values = [None if each is None else json.loads(each) for each in row]
            assert dict(zip(record, values, strict=True)) == record


def test_readme_s_statement_says_what_python_counts(records: list[dict[str, Any]]) -> None:
    with duckdb.connect() as database:
        statements = database.extract_statements(STATEMENT)
        for each in statements[:-1]:
            database.execute(each)
        rows = database.execute(statements[-1]).fetchall()
    calls = Counter(each["outcome"] for each in records)
    billed = Counter(each["outcome"] for each in records if each["cost"] is not None)
    assert {outcome: (count, costs) for outcome, count, costs, _ in rows} == {
        outcome: (count, billed[outcome]) for outcome, count in calls.items()
    }
    for outcome, _, _, talk in rows:
        talks = [each["durations"]["talk"] for each in records if each["outcome"] == outcome]
        known = [each for each in talks if each is not None]
        assert talk == (pytest.approx(sum(known) / len(known)) if known else None)


def test_parquet_has_the_same_calls(records: list[dict[str, Any]]) -> None:
    with duckdb.connect() as database:
        for each in database.extract_statements(STATEMENT)[:2]:
            database.execute(each)
        difference = "(SELECT * FROM {} EXCEPT ALL SELECT * FROM {})"
        for one, other in (("calls", "'calls.parquet'"), ("'calls.parquet'", "calls")):
            assert database.execute(f"SELECT count(*) FROM {difference.format(one, other)}").fetchall() == [(0,)]
        assert database.execute("SELECT count(*) FROM 'calls.parquet'").fetchall() == [(len(records),)]
    assert counts("'calls.parquet'", list(records[0])) == there(records)


def test_without_the_options_costs_that_come_late_are_lost(lines: list[str], records: list[dict[str, Any]]) -> None:
    """As of DuckDB 2.0; 1.4 and 1.5 read such a column as JSON."""
    free = [line for line, record in zip(lines, records, strict=True) if record["cost"] is None]
    billed = [line for line, record in zip(lines, records, strict=True) if record["cost"] is not None]
    early = (free * (SAMPLE // len(free) + 1))[: SAMPLE + 100]
    Path("late.jsonl").write_text("".join(f"{each}\n" for each in [*early, *billed]), encoding="utf-8")
    late = READ.replace("calls.jsonl", "late.jsonl")
    assert counts(late, ["cost", "id"]) == {"cost": len(billed), "id": len(early) + len(billed)}
    assert counts(late.replace(OPTIONS, ""), ["cost", "id"]) == {"cost": 0, "id": len(early) + len(billed)}


def test_without_the_options_ids_are_rewritten(records: list[dict[str, Any]]) -> None:
    """An upper-case UUID is one, and is written in lower case."""
    call_id = "5F0C1D00-1111-4222-8333-ABCDEFABCDEF"
    Path("ids.jsonl").write_text(json.dumps({**records[0], "id": call_id}) + "\n", encoding="utf-8")
    by_id = READ.replace("calls.jsonl", "ids.jsonl")
    with duckdb.connect() as database:
        assert database.execute(f"SELECT id->>'$' FROM {by_id}").fetchall() == [(call_id,)]
        (guessed,) = database.execute(f"SELECT id::VARCHAR FROM {by_id.replace(OPTIONS, '')}").fetchall()
    assert guessed == (call_id.lower(),)
