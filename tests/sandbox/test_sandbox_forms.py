"""Moments and IDs as a sandbox's vendor writes them, each read back by the reader that a provider has for it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kit import times

from callinspect.sandbox.catalogue import read
from callinspect.sandbox.scene import FORMS, At, Scene, ending

READ_AS = {form: max((each for each in times.FORMS if form.startswith(each)), key=len) for form in FORMS}
"""The form of an account's times for each form of the sandbox's."""

MOMENT = datetime(2026, 3, 2, 14, 0, 0, 250_000, UTC)


@pytest.mark.parametrize("form", FORMS)
def test_a_provider_reads_each_form_of_a_moment(form: str) -> None:
    moment = times.read(READ_AS[form], FORMS[form](MOMENT))
    assert moment in {MOMENT, MOMENT.replace(microsecond=0)}


@pytest.mark.parametrize("form", FORMS)
def test_only_a_time_since_1970_is_sent_as_a_number(form: str) -> None:
    """With `_text` it is a string like the others."""
    is_number = form.startswith("epoch_") and not form.endswith("_text")
    assert isinstance(Scene().render(At(0, form)), int if is_number else str)


@pytest.mark.parametrize("form", FORMS)
def test_a_limit_that_ends_at_its_moment_is_over_then(form: str) -> None:
    moment = times.read(READ_AS[form], ending(MOMENT, form))
    assert moment
    assert MOMENT <= moment < MOMENT + timedelta(seconds=1)


def test_an_id_that_is_a_number_is_sent_as_one(tmp_path: Path) -> None:
    body = {"id": "{id}", "link": "/calls/{id}", "other": "{id of bb}"}
    (tmp_path / "calls.json").write_text(json.dumps({"calls": {"a": {"says": "one", "body": body}, "bb": {}}}))
    call = read(tmp_path / "calls.json", len).calls[0]
    assert (call.id, Scene().render(call.at(0))) == ("1", {"id": 1, "link": "/calls/1", "other": 2})
