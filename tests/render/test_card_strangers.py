"""Whatever of a vendor's answers says it, no text passes for one of ours on a card: tried with each text of every case.

The vendor's own keys and values, and what is attached, stand indented below a heading that says whose they are.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from kit import vendors
from kit.bodies import Told, of_cases
from kit.junk import Place, places, put, valued

from callinspect import providers
from callinspect.client.inspection import Inspection
from callinspect.errors import CallinspectError
from callinspect.provider import Document
from callinspect.render.card import card
from callinspect.render.style import Style

FORGED = "x” forged; run: it “y"
WIDE = Style(width=1000)


def texts(told: Told) -> Iterator[tuple[str, Place]]:
    """Give the places of all texts in the answers about a call, each with whether it is the call's or which extra's."""
    for name, said in (("", told.document.json), *told.document.extras.items()):
        yield from ((name, place) for place in places(said) if isinstance(valued(said, place), str))


def forged(told: Told, name: str, place: Place) -> Document:
    document = told.document
    if not name:
        return document.but(answer=put(document.json, place, FORGED))
    return document.but(extras={**document.extras, name: put(document.extras[name], place, FORGED)})


def own(text: str) -> str:
    """Return the lines of a card that are ours, without what stands in quotation marks."""
    return re.sub("“[^”]*”", "", "\n".join(line for line in text.splitlines() if not line.startswith("   ")))


@pytest.mark.slow
@pytest.mark.parametrize("vendor", vendors.NAMES)
def test_no_text_of_an_answer_passes_for_ours(vendor: str) -> None:
    provider = providers.get(vendor)
    tried, seen = 0, set[tuple[Any, ...]]()
    for told in of_cases(vendor):
        for name, place in texts(told):
            kind = (told.place if name else told.record["outcome"], name, *(each for each in place if each))
            if kind in seen:
                continue
            seen.add(kind)
            document = forged(told, name, place)
            try:
                call = Inspection(provider, document, datetime.now(UTC), is_alone=True).call
            except CallinspectError:
                continue
            tried += 1
            assert "forged" not in own(card(call, WIDE)), f"{told.place}: {name} {place}"
    assert tried
