"""Lists below a call are read page by page, and what cannot be read of one costs no more than that."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from kit import cases
from kit.parts import FAST, HAVING, Vendor, path_of, record
from kit.servers import Answer, answer, header

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.program import Env


def lists(vendor: str) -> list[str]:
    """Return the extras of a vendor that are one list below the call."""
    asked = cases.account(vendor)["extras"].items()
    return [name for name, request in asked if isinstance(request, str) and request.endswith(f"/{{id}}/{name}")]


PAGED = [(vendor, name) for vendor in HAVING for name in lists(vendor)]
paged = pytest.mark.parametrize(("vendor", "name"), PAGED)


def number_of(request: bytes) -> int:
    """Return the number of the page that is asked for."""
    found = re.search(r"[?&]page=([0-9]+)", path_of(request))
    return int(found[1]) if found else 0


def leading(target: str) -> dict[str, str]:
    return {"Link": f'<{target}>; rel="next"'}


def read(vendor: str, name: str, page: Callable[[bytes, int], Answer], env: Env) -> tuple[Any, list[str], list[str]]:
    """Return what is read of a list, the warnings, and what was asked for."""
    with Vendor(vendor, lambda request: page(request, number_of(request))) as server:
        got = record(
            server.get("--with", name, *(f"--without={each}" for each in OTHERS[vendor, name]), *FAST, env=env)
        )
        return (
            got["related"][name],
            [each for each in got["warnings"] if f"call's {name}" in each or "more" in each],
            server.parts,
        )


OTHERS = {(vendor, name): sorted({*cases.account(vendor)["extras"]} - {name}) for vendor, name in PAGED}


def elements(count: int, start: int = 0) -> list[dict[str, str]]:
    return [{"id": f"p-{each}", "recordingId": f"p-{each}"} for each in range(start, start + count)]


@paged
def test_every_page_of_a_list_is_read(vendor: str, name: str, bare: Env) -> None:
    def page(_: bytes, number: int) -> Answer:
        more = leading(f"?page={number + 1}") if number < 3 else {}
        return answer(200, json.dumps(elements(25, 25 * number)), more)

    found, warnings, asked = read(vendor, name, page, bare)
    assert [each["id"] for each in found] == [f"p-{each}" for each in range(100)]
    assert (warnings, len(asked)) == ([], 4)


@paged
def test_pages_are_read_as_far_as_the_record_has_them(vendor: str, name: str, bare: Env) -> None:
    def page(_: bytes, number: int) -> Answer:
        return answer(200, json.dumps(elements(400, 400 * number)), leading(f"?page={number + 1}"))

    found, warnings, asked = read(vendor, name, page, bare)
    assert [each["id"] for each in found] == [f"p-{each}" for each in range(1000)]
    assert warnings == [f"the call has more than 1000 {name}; the first 1000 are shown"]
    assert len(asked) == 3


BROKEN: dict[str, tuple[Answer, str]] = {
    "refused": (answer(503, "<html>", {"Retry-After": "9999"}), "(HTTP 503)"),
    "no list": (answer(200, '{"x": 1}'), "the answer is not a list"),
    "elsewhere": (
        answer(200, "[{}]", leading("https://192.0.2.9/x?page=2")),
        "a next page on another host, which is never",
    ),
    "the same": (answer(200, "[{}]", leading("?page=1")), "an endless list of pages"),
    "empty": (answer(200, "[]", leading("?page=2")), "an endless list of pages"),
}


@paged
@pytest.mark.parametrize("fault", BROKEN)
def test_what_came_before_a_broken_page_is_kept(vendor: str, name: str, fault: str, bare: Env) -> None:
    played, said = BROKEN[fault]

    def page(_: bytes, number: int) -> Answer:
        return played if number else answer(200, json.dumps(elements(2)), leading("?page=1"))

    found, [warning], asked = read(vendor, name, page, bare)
    assert [each["id"] for each in found][:2] == ["p-0", "p-1"]
    assert warning.startswith(f"the rest of the call's {name} could not be read: ")
    assert said in warning
    assert len(asked) == 2


@paged
def test_no_secret_in_the_address_of_a_page_is_shown(vendor: str, name: str, bare: Env) -> None:
    secrets: list[bytes] = []

    def page(request: bytes, number: int) -> Answer:
        secret = (header(request, "authorization") or "").partition(" ")[2]
        secrets.append(secret.encode())
        return answer(200, "[{}]", {} if number else leading(f"?page=1&of={secret}"))

    with Vendor(vendor, lambda request: page(request, number_of(request))) as server:
        done = server.get("--with", name, "-vv", "--debug", *FAST, env=bare)
    assert done.returncode == 0
    assert [each for each in server.parts if "page=1" in each]
    assert not [each for each in secrets if each in done.stdout + done.stderr]
