"""A card that is masked has the rows of the plain one, and says that it is masked."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from kit import bodies, cases
from kit.bodies import Told
from kit.program import callinspect

from callinspect import providers
from callinspect.cli.results import drawing
from callinspect.client.inspection import Inspection
from callinspect.masking import Masker
from callinspect.masking.inspections import masked
from callinspect.render import people
from callinspect.render.style import Style
from callinspect.sandbox import Sandbox

WIDE = 4000
"""Columns in which nothing is wrapped."""

MASKER = Masker(b"a key of the tests, long enough")


def card(told: Told, *, redact: bool) -> str:
    provider = providers.get(told.record["provider"])
    seen = Inspection(provider, told.document, datetime(2026, 11, 27, tzinfo=UTC), is_alone=True)
    seen = masked(seen, MASKER) if redact else seen
    return people.card(seen.call, Style(width=WIDE, color=False), **drawing.around(seen))


def labels(text: str) -> Iterator[str]:
    """Give each label that stands before a value, and each heading; indexes and keys as they are."""
    for line in text.splitlines():
        if found := re.match(r" {1,3}(\S+(?: \S+)*?)(?:  |$)", line):
            yield re.sub("[“”].*", "", found[1])


def rows(text: str) -> list[str]:
    """Return the labels of a card from its links on, where what the vendor sent besides is."""
    found = list(labels(text))
    return found[next((at for at, each in enumerate(found) if re.match("Links|Attached|More", each)), len(found)) :]


@pytest.mark.parametrize("name", cases.vendors())
def test_a_masked_card_has_the_rows_of_the_plain_one(name: str, sandbox: Sandbox) -> None:
    """But for names of fields that tell somebody themselves."""
    for told in [*bodies.of_cases(name), *bodies.of_sandbox(sandbox, name)]:
        cards = card(told, redact=False), card(told, redact=True)
        assert len(cards[0].splitlines()) == len(cards[1].splitlines()), told.place
        nameless = [re.findall("(?<!“)agent [0-9](?= )", each) for each in cards]
        assert nameless[0] == nameless[1], told.place
        plain, shown = map(rows, cards)
        assert len(plain) == len(shown), told.place
        same = [(one, other) for one, other in zip(plain, shown, strict=True) if not re.search("key-|[0-9]{5}", other)]
        assert [one for one, _ in same] == [other for _, other in same], told.place


def test_a_masked_card_says_so(env: dict[str, str], tmp_path: Path) -> None:
    run = partial(callinspect, "get", "bandwidth", bodies.calls_of("bandwidth")[0].id, env=env)
    assert "· redacted\n" in run("-o", "table", "--redact").stdout.decode()
    assert "redacted" not in run("-o", "table").stdout.decode()
    for suffix in ("svg", "html"):
        assert run("--redact", "--export", f"{tmp_path}/call.{suffix}").returncode == 0
        assert "redacted" in (tmp_path / f"call.{suffix}").read_text(encoding="utf-8")
