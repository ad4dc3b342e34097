"""The figures of many calls equal what a database makes of the same file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from kit.program import callinspect, environment
from kit.random_records import lines

COUNT = 100_000

FIGURES = """
    count(*) AS calls,
    count(*) FILTER (state = 'ended') AS ended,
    count(*) FILTER (state NOT IN ('ended', 'unknown')) AS going_on,
    count(*) FILTER (answered) / nullif(count(*) FILTER (answered OR outcome <> 'unknown'), 0) AS asr,
    count(*) FILTER (
        answered OR outcome IN ('busy', 'no-answer', 'rejected') OR (outcome = 'canceled' AND ended_by = 'caller')
    ) / nullif(count(*) FILTER (answered OR outcome <> 'unknown'), 0) AS ner,
    avg(talk) FILTER (answered) AS acd,
    quantile_disc(ring, 0.5) FILTER (state = 'ended') AS ring_p50,
    quantile_disc(ring, 0.95) FILTER (state = 'ended') AS ring_p95,
    quantile_disc(talk, 0.5) FILTER (answered) AS talk_p50,
    quantile_disc(talk, 0.95) FILTER (answered) AS talk_p95,
    CASE WHEN count(talk) FILTER (answered) > 0 OR count(*) FILTER (answered) = 0
        THEN coalesce(sum(talk) FILTER (answered), 0) / 60 END AS minutes,
    sum(amount) FILTER (currency = 'USD') AS usd,
    sum(amount) FILTER (currency = 'EUR') AS eur
"""

CALLS = """
    CREATE TABLE calls AS WITH texts AS (
        SELECT
            provider->>'$' AS provider, direction->>'$' AS direction, state->>'$' AS state, outcome->>'$' AS outcome,
            ended_by->>'$' AS ended_by, cause->>'code' AS code,
            (durations->>'ring')::DOUBLE AS ring, (durations->>'talk')::DOUBLE AS talk,
            (cost->>'amount')::DECIMAL(18, 6) AS amount, cost->>'currency' AS currency,
            answered_at->>'$' AS answered_at,
            coalesce(created_at->>'$', queued_at->>'$', answered_at->>'$', ended_at->>'$') AS began
        FROM read_json_auto(?, maximum_depth=1, sample_size=-1, format='newline_delimited')
    )
    SELECT
        * EXCLUDE (began), rtrim(began, 'Z')::TIMESTAMP AS began,
        state = 'ended' AND (answered_at IS NOT NULL OR outcome = 'answered') AS answered
    FROM texts
"""

Row = dict[str, Any]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of random records."""
    path = tmp_path_factory.mktemp("calls") / "calls.jsonl"
    path.write_text(lines(COUNT), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def database(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same records in a database."""
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.execute(CALLS, [str(file)])
        yield connection


def rows(database: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    found = database.execute(query)
    names = [each[0] for each in found.description or ()]
    return [dict(zip(names, each, strict=True)) for each in found.fetchall()]


def counted(tmp_path: Path, file: Path, *arguments: str) -> Any:
    done = callinspect("stats", str(file), "-o", "json", *arguments, env=environment(tmp_path, TZ="UTC"))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def assert_equal(figures: Any, row: Row) -> None:
    """Compare figures with a row of the database: counts exactly, percentiles to 0.1 s."""
    for name in ("calls", "ended", "going_on"):
        assert figures[name] == row[name], name
    for name in ("asr", "ner"):
        assert figures[name] == pytest.approx(row[name], abs=1e-6), name
    for name in ("acd", "minutes"):
        assert figures[name] == pytest.approx(row[name], abs=1e-3), name
    for kind in ("ring", "talk"):
        for part in ("p50", "p95"):
            assert figures[kind][part] == pytest.approx(row[f"{kind}_{part}"], abs=0.05001), (kind, part)
    cost = {each["currency"].lower(): float(each["amount"]) for each in figures["cost"]}
    assert cost == {name: pytest.approx(float(row[name])) for name in ("usd", "eur") if row[name] is not None}


def test_overall_and_outcomes(tmp_path: Path, file: Path, database: duckdb.DuckDBPyConnection) -> None:
    overall = counted(tmp_path, file)["overall"]
    assert_equal(overall, rows(database, f"SELECT {FIGURES} FROM calls")[0])
    outcomes = rows(database, "SELECT outcome, count(*) AS calls FROM calls WHERE state = 'ended' GROUP BY outcome")
    assert overall["outcomes"] == {each["outcome"]: each["calls"] for each in outcomes}


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("provider", "provider"),
        ("direction", "direction"),
        ("cause", "code"),
        ("hour", "strftime(date_trunc('hour', began), '%Y-%m-%dT%H:00:00.000Z')"),
        ("day", "strftime(date_trunc('day', began), '%Y-%m-%d')"),
    ],
)
def test_groups(field: str, key: str, tmp_path: Path, file: Path, database: duckdb.DuckDBPyConnection) -> None:
    by = counted(tmp_path, file, "--by", field)["by"]
    expected = {
        each["value"]: each for each in rows(database, f"SELECT {key} AS value, {FIGURES} FROM calls GROUP BY 1")
    }
    assert by["field"] == field
    assert len(by["groups"]) == len(expected)
    for group in by["groups"]:
        assert_equal(group, expected[group["value"]])


def test_causes(tmp_path: Path, file: Path, database: duckdb.DuckDBPyConnection) -> None:
    causes = counted(tmp_path, file)["causes"]
    query = "SELECT provider, code, count(*) AS calls FROM calls WHERE code IS NOT NULL GROUP BY 1, 2"
    expected = {(each["provider"], each["code"]): each["calls"] for each in rows(database, query)}
    assert {(each["provider"], each["code"]): each["calls"] for each in causes} == expected
    assert [each["calls"] for each in causes] == sorted(expected.values(), reverse=True)


def test_slots(tmp_path: Path, file: Path, database: duckdb.DuckDBPyConnection) -> None:
    slots = counted(tmp_path, file)["slots"]
    seconds = slots[0]["seconds"]
    assert len(slots) <= 48
    query = f"""
        SELECT strftime(time_bucket(INTERVAL {seconds} SECONDS, began), '%Y-%m-%dT%H:%M:%S.000Z') AS slot, outcome,
            count(*) AS calls
        FROM calls WHERE state = 'ended' AND began IS NOT NULL GROUP BY 1, 2
    """
    expected = {(each["slot"], each["outcome"]): each["calls"] for each in rows(database, query)}
    found = {(each["at"], word): calls for each in slots for word, calls in each["outcomes"].items() if calls}
    assert found == expected
