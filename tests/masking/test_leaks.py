"""No output with --redact tells a number, a name, an address, an owner or attached data, counted by another program."""

import json
import sys
from pathlib import Path

import pytest
from kit import bodies, cases, leaks, showing, vendors
from kit.bodies import Told
from kit.parts import FAST
from kit.program import callinspect

from callinspect.sandbox import Sandbox

EVERY = 5
"""Of so many calls, one is drawn as well."""

every_vendor = pytest.mark.parametrize("name", cases.vendors())


def original(told: Told) -> list[object]:
    """Return all that a call's outputs are made of."""
    return [told.record, *told.document.answers]


@every_vendor
def test_an_output_that_is_not_masked_has_every_value(name: str, sandbox: Sandbox) -> None:
    """The counting program finds what is there; only texts that are too short to look for are not."""
    for told in bodies.told_of(sandbox, name, hostile=True):
        values = {each for each in leaks.told(told.document.json) if len(each.text) >= leaks.SHORT}
        assert values - leaks.left(values, json.dumps(told.document.json)) == set(), told.place


@every_vendor
def test_nothing_is_left_in_any_format(name: str, sandbox: Sandbox, tmp_path: Path) -> None:
    count = leaks.Count()
    for number, told in enumerate(bodies.told_of(sandbox, name, hostile=True)):
        values = leaks.told(*original(told))
        for form, text in showing.shown(name, told.document, tmp_path, more=number % EVERY == 0):
            count.look(told.place, form, values, text)
            if form in showing.JSON:
                sent = told.document.json if form == "raw" else told.record
                count.look_in_place(told.place, form, values, sent, json.loads(text))
    sys.stdout.write(f"{count}\n")
    assert not count.leaks, str(count)


MANY = (("-o", "jsonl", "--with", "all"), ("--raw",), ("-o", "csv"), ("-o", "table"), ("-o", "vcon"))


@every_vendor
def test_nothing_is_left_where_many_calls_are_read(name: str, env: dict[str, str]) -> None:
    """Not on standard error either, where requests and failures are told, nor in a list."""
    asked = "".join(f"{each.provider}:{each.id}\n" for each in bodies.calls_of(name, hostile=True))
    plain = callinspect("get", "-", *MANY[0], *FAST, env=env, stdin=asked).stdout.decode()
    values = leaks.told(*map(json.loads, plain.splitlines()))
    assert values
    count = leaks.Count()
    commands = [(("get", "-", *more, *FAST), {0, 9}) for more in MANY]
    commands += [(("list", name, "-o", form), {0}) for form in ("jsonl", "csv", "table") if name in vendors.LISTING]
    for command, statuses in commands:
        done = callinspect(*command, "--redact", "-v", env=env, stdin=asked)
        assert done.returncode in statuses, done.stderr
        assert done.stdout
        count.look(name, " ".join(command), values, done.stdout.decode())
        count.look(name, " ".join(command) + " -v", values, done.stderr.decode())
    sys.stdout.write(f"{count}\n")
    assert not count.leaks, str(count)
