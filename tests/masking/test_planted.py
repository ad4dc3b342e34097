"""A text that tells somebody is masked wherever a vendor puts it: in fields that may be shown, too."""

import json
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from kit import cases, leaks, showing, vendors

from callinspect.provider import Document

PLANTED = (
    *("dial (916) 555-0104 now", "0049-171-1234567", "1 202 555 0143", "from sip:ann@10.1.2.3", "bob@corp.example"),
    *("x+12025550143y", "https://pbx.example.net/x", "tel:+1-202-555-0143;ext=12"),
)


def places(value: Any, key: str) -> Iterator[tuple[Any, Any]]:
    """Give each text in an object or array, with the key that holds it, but for IDs of calls of that key."""
    for name, each in list(value.items() if isinstance(value, dict) else enumerate(value)):
        if isinstance(each, dict | list):
            yield from places(each, key)
        elif isinstance(each, str) and name != key:
            yield value, name


@pytest.mark.parametrize("name", cases.vendors())
def test_a_telling_text_is_masked_in_any_field(name: str, tmp_path: Path) -> None:
    """One field at a time, so that no other one gives it away."""
    case = cases.good(name)
    key = vendors.id_key(name, case.told.body)
    count = leaks.Count()
    for number in range(len(list(places(case.told.body, key)))):
        body = deepcopy(case.told.body)
        holder, field = list(places(body, key))[number]
        holder[field] = text = PLANTED[number % len(PLANTED)]
        for form, shown in showing.shown(name, Document(body, case.call_id), tmp_path, more=False):
            count.look(f"{field}: {json.dumps(text)}", form, {leaks.Value("planted", text)}, shown)
    sys.stdout.write(f"{count}\n")
    assert not count.leaks, str(count)
