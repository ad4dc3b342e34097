"""Whatever a vendor answers, none of the credentials that it was sent come out.

Every fault meets every way to authenticate, every command and every form of output, and not every combination of them.
"""

from __future__ import annotations

import re
from itertools import cycle, product
from typing import TYPE_CHECKING

import pytest
from kit import vendors
from kit.pairwise import pairwise, sampled
from kit.recipes import ASKING, FORMATS, ODD, PASSWORDS, PATIENT, TALK, WAYS, is_login
from kit.watched import Case, without_bugs

if TYPE_CHECKING:
    from kit.recipes import Command
    from kit.watched import WatchedUser

TELLING = ("401", "503", "echo")
"""The faults that are tried with every way and with every command; the others with some commands."""


def test_no_fault_makes_a_command_show_a_secret(watched: WatchedUser) -> None:
    """Other tests ask `get` for every fault."""
    ways, formats, stored = cycle(WAYS), cycle(FORMATS), cycle((False, True))
    others = [fault for fault in watched.vendor.swept if fault not in TELLING]
    elsewhere = [command for command in ASKING if command != ("get",)]
    runs = watched.sweep(
        Case(command, way, fault, next(formats), stored=next(stored))
        for fault, command, way in (
            *pairwise(TELLING, ASKING, WAYS),
            *((fault, command, next(ways)) for fault, command in sampled(others, elsewhere)),
        )
    )
    without_bugs(runs)
    assert sum("[secret]" in run.err for run in runs) > len(runs) / 4


def test_no_page_makes_a_list_show_a_secret(watched: WatchedUser) -> None:
    """Only a way whose lists go on has a link to follow; the others are tried with one such fault."""
    formats, stored = cycle(FORMATS), cycle((False, True))
    leading = [fault for fault in watched.vendor.paging if fault.startswith("leads-on")]
    cases = [
        Case(("list",), way, fault, (*next(formats), *PATIENT), stored=next(stored))
        for fault, way in product(watched.vendor.paging, WAYS)
        if way.pages or fault not in leading[1:]
    ]
    runs = watched.sweep(cases)
    without_bugs(runs)
    followed = [run for case, run in zip(cases, runs, strict=True) if case.fault in leading and case.way.pages]
    assert len(followed) >= len(leading)
    assert [run.err for run in followed if not re.search(r"\?x=\S*\[secret\]", run.err)] == []


OUTPUTS: tuple[Command, ...] = (
    (*TALK, "-o", "jsonl", "--include", "raw"),
    (*TALK, "--raw"),
    (*TALK, "-o", "table", "--error-format", "json"),
    ("-v", "-o", "table", "--raw"),
    ("-o", "csv"),
    ("--debug", "--query", "@"),
    ("-q", "-f", "id", "-f", "vendor_state", "--error-format", "json"),
)


def test_no_fault_shows_a_secret_in_any_form_of_output(watched: WatchedUser) -> None:
    faults = watched.vendor.swept
    whole = ("--jobs", "99", "--rate", "1000/s", "--timeout", "2")
    met: dict[int, list[str]] = {}
    for fault, way, output in pairwise(faults, range(len(WAYS)), range(len(OUTPUTS))):
        met.setdefault(way * len(OUTPUTS) + output, ["good", "503"]).append(fault)
    runs = watched.sweep(
        Case(
            ("get",),
            way,
            arguments=(*output, *whole, *(f"--with={each}" for each in way.provider.extras if "--raw" not in output)),
            stdin="".join(
                f"{way.provider.name}:{vendors.call_id(way.provider.name, fault)}\n" for fault in met[number]
            ),
            recipe=("-",),
        )
        for number, (way, output) in enumerate(product(WAYS, OUTPUTS))
    )
    without_bugs(runs)
    assert {run.status for run in runs} == {9}
    for number, way in enumerate(WAYS):  # of each, some refusal quotes what was sent
        its = runs[number * len(OUTPUTS) : (number + 1) * len(OUTPUTS)]
        assert any("[secret]" in run.err for run in its), way


def test_one_call_shows_no_secret_that_is_sent_back(watched: WatchedUser) -> None:
    echoes = [fault for fault in watched.vendor.swept if fault.startswith("echo-") and fault != "echo-drip"]
    outputs = [("--raw",), ("-o", "json", "--include", "raw"), ("-o", "table", "--include", "raw"), ("-o", "csv")]
    cases = [
        Case(("get",), way, arguments=output, recipe=("PROVIDER", vendors.call_id(way.provider.name, fault)))
        for way, fault, output in pairwise(WAYS, echoes, outputs)
    ]
    runs = watched.sweep(cases)
    without_bugs(runs)
    said = [run.out for case, run in zip(cases, runs, strict=True) if "csv" not in case.arguments and not run.status]
    assert said
    assert all("[secret]" in out for out in said)


def test_no_fault_of_a_token_endpoint_shows_a_secret(watched: WatchedUser) -> None:
    buying = [way for way in WAYS if way.buys_tokens]
    assert buying
    each, formats, stored = cycle(ASKING), cycle(FORMATS), cycle((False, True))
    runs = watched.sweep(
        Case(next(each), way, f"token-{fault}", next(formats), stored=next(stored))
        for fault, way in sampled(watched.vendor.swept, buying)
    )
    without_bugs(runs)
    assert sum("[secret]" in run.err for run in runs) > len(runs) / 4


def test_tokens_got_on_the_way_are_secrets_as_well(watched: WatchedUser) -> None:
    cases = [
        Case(command, way, "renewed", (*TALK, *PATIENT)) for command, way in product(ASKING, WAYS) if way.buys_tokens
    ]
    runs = watched.sweep(cases)
    assert {run.status for run in runs} == {4}
    assert all("[secret]" in run.err for run in runs)


@pytest.mark.parametrize("fault", ["401", "echo", "echo-as-is", "503", "echo-escaped", "echo-wholly-escaped"])
def test_a_password_shown_with_escapes_is_not_shown(fault: str, watched: WatchedUser) -> None:
    looking = [command for command in ASKING if not is_login(command)]
    assert PASSWORDS
    watched.sweep(
        Case(command, way, fault, TALK, variables=way.set_password(ODD)) for way, command in product(PASSWORDS, looking)
    )
