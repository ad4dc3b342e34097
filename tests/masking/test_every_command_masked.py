"""With --redact no command shows a number, a name, an address or an account, whatever a vendor answers."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import pytest
from kit.pairwise import pairwise, sampled
from kit.planted import NUMBER, PLANTS, PlantedVendor, people_of
from kit.recipes import ENDLESS, FORMATS, ID, PATIENT, RECIPES, STARTING, TALK, WAYS, is_login
from kit.watched import Case, WatchedUser, watched_user

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FAULTS = ("good", "400", "401", "403", "503", "text", "web-page", "leads-away", "reset")
OFFLINE = ({*ENDLESS, *STARTING}, {("schema",), ("completion",), ("help",), ("explain",), ("sandbox", "calls")})
KNOWN = [command for command in RECIPES if not any(command in each for each in OFFLINE)]
"""The commands that may show what is somebody's; a sandbox is nobody's, and its address is what it prints."""


@pytest.fixture
def user(tmp_path: Path) -> Iterator[WatchedUser]:
    """Make a user with an account at a vendor that tells of people in all that it says."""
    with watched_user(tmp_path, PlantedVendor) as made:
        yield made


def sought(case: Case, user: WatchedUser) -> set[str]:
    """Return what a run must not show: the stranger, those in the vendor's call, and whose account it is."""
    choosing = {each.name for each in case.way.provider.settings if each.choices}
    fields = case.way.fields(user.address(case))
    own = {value for name, value in fields.items() if name not in choosing and "BEGIN" not in value}
    return {*PLANTS, *people_of(case.way.provider.name), *own, f":{user.vendor.port}", f":{user.elsewhere.port}"}


def found(cases: list[Case], user: WatchedUser) -> list[str]:
    """Run all of them; return what they show that they must not, and where."""
    runs = user.sweep(cases)
    return [
        f"{case}\n    {part} in {text[max(0, at - 80) : at + 80]!r}"
        for case, run in zip(cases, runs, strict=True)
        for text in (run.out, run.err)
        for part in sought(case, user)
        if (at := text.lower().find(part.lower())) >= 0
    ]


def test_no_command_shows_anybody_with_redact(user: WatchedUser) -> None:
    cases = [
        Case(command, way, fault, ("--redact", *form, *PATIENT * (fault == "good")), stored=stored)
        for command, way, fault, form, stored in pairwise(KNOWN, WAYS, FAULTS, FORMATS, (False, True))
        if command != ("list",) or way.provider.listing
    ]
    wrong = found(cases, user)
    assert not wrong, "\n".join([f"{len(wrong)} texts of {len(cases)} runs", *wrong[:20]])


FORMS = (("-o", "table"), ("-o", "csv"), ("--raw",), ("--include", "raw"), ("--query", "@"), ("-f", "from,to,vendor"))


def test_no_format_shows_anybody_with_redact(user: WatchedUser) -> None:
    commands = [("get",), ("list",), ("wait",)]
    cases = [
        Case(command, way, "good", ("--redact", *form, *TALK, *PATIENT))
        for command, way, form in pairwise(commands, WAYS, FORMS)
        if command != ("list",) or way.provider.listing
    ]
    wrong = found(cases, user)
    assert not wrong, "\n".join([f"{len(wrong)} texts of {len(cases)} runs", *wrong[:20]])


TYPED = (
    (("get",), ("PROVIDER", NUMBER)),
    (("get",), (f"https://pbx.example.com/{NUMBER}?x=riley@example.com",)),
    (("get",), ("PROVIDER", "sip:riley@pbx.example.com")),
    (("get",), ("PROVIDER", ID, "-f", NUMBER)),
    (("get",), ("PROVIDER", "--input", f"/nowhere/{NUMBER}")),
    (("get",), ("--from-file", f"/nowhere/{NUMBER}")),
    (("list",), ("PROVIDER", "--number", NUMBER, "--since", NUMBER)),
    (("list",), (NUMBER,)),
    (("identify",), (NUMBER, "riley.fisher@example.com", f"https://pbx.example.com/{NUMBER}", "pbx.example.com/x")),
    (("explain",), (NUMBER,)),
    (("help",), (NUMBER,)),
    (("auth", "status"), (NUMBER,)),
    (("auth", "login"), ("PROVIDER", "--set", f"base_url={NUMBER}")),
)


def test_nothing_that_was_typed_is_repeated_with_redact(user: WatchedUser) -> None:
    cases = [
        Case(command, way, "403", ("--redact", *form), recipe=line)
        for ((command, line), way), form in zip(sampled(TYPED, WAYS, times=3), cycle(FORMATS), strict=False)
    ]
    wrong = found(cases, user)
    assert not wrong, "\n".join([f"{len(wrong)} texts of {len(cases)} runs", *wrong[:20]])


def test_auth_login_stores_what_it_masks(user: WatchedUser) -> None:
    login = next(command for command in RECIPES if is_login(command))
    [run] = user.sweep([Case(login, WAYS[0], "good", ("--redact", *TALK, *PATIENT))])
    assert run.status == 0, run.err
    assert "stored" in run.err
