"""A record that is read back is the record that was written, for every vendor's cases."""

import json
from typing import Any

from kit.case_playback import every, inspect
from kit.cases import Case

from callinspect import providers
from callinspect.client.inspection import Inspection
from callinspect.model import reading
from callinspect.model.writing import record


def written(case: Case) -> Any:
    """Return a case's record as it is written, with its timeline."""
    provider = providers.get(case.vendor)
    document, _ = inspect(provider, case)
    return json.loads(json.dumps(record(Inspection(provider, document, None, is_alone=True).call)))


@every("calls")
def test_a_record_read_back_is_what_was_written(case: Case) -> None:
    once = written(case)
    assert json.loads(json.dumps(record(reading.call(once)))) == once


@every("calls")
def test_keys_of_later_versions_are_left_out(case: Case) -> None:
    """At every depth, but not in what is the vendor's or the user's own."""
    once = written(case)
    assert json.loads(json.dumps(record(reading.call(with_more(once))))) == once


OPEN = {"vendor", "metadata", "links", "detail"}
"""Keys below which there may be any key."""


def with_more(value: Any) -> Any:
    """Return a record with a key in every object that this version does not know."""
    if isinstance(value, dict):
        inner = {key: each if key in OPEN else with_more(each) for key, each in value.items()}
        return inner | {"of_a_later_version": {"x": [1]}}
    return [with_more(each) for each in value] if isinstance(value, list) else value
