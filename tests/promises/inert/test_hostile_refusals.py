"""A refusal with hostile texts acts on no terminal, and reaches a program as it was."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from kit import vendors
from kit.program import callinspect
from kit.screen import COLOR, DRAWING, escaped, inert, on_terminal, seen, whole
from kit.stranger import (
    LATER,
    LATIN_1,
    OF_THE_ACCOUNT,
    Answer,
    Env,
    Sent,
    Stranger,
    asked,
    failures,
    hostile,
    is_hostile,
    leaves,
)
from kit.ways import REFRESH

from callinspect.render.harmless import MAX_TEXT

if TYPE_CHECKING:
    from pathlib import Path


NAME = vendors.PLAIN


def spoken(text: str, known: dict[str, str]) -> str:
    """Return a text, which may be made of several of the vendor's, with these in the place of what they stand for."""
    for each in sorted(filter(None, known), key=len, reverse=True):
        text = text.replace(each, known[each])
    return text


def reached(call: Sent, error: dict[str, Any], shown: str) -> bool:
    """Whether a program has a refusal's texts as they were, and a terminal shows them so that they do nothing."""
    known = {whole(text): text for _, text in leaves(call.answer.body)}
    for each in ("message", "vendor_code", "request_id"):
        text = error[each] or ""
        is_ours = text.startswith("the answer is about another call: “")
        assert is_ours or not is_hostile(spoken(text, dict.fromkeys(known, "")))
        is_told = each != "message" or error["code"] != "not_found"
        told = escaped(spoken(text, known))
        told = told if text in known else told[:MAX_TEXT]  # one that is made of several may be too long for a line
        assert seen(told) in shown or is_ours or not is_told
    message = escaped(spoken(error["message"], known))
    is_the_vendors = not re.search(r"\w", spoken(error["message"], dict.fromkeys(known, "")))
    message = f"“{message}”" if is_the_vendors else message
    called = call.id if call.id.isascii() else f"“{escaped(call.id)}”"
    missing = f"{call.provider} has no call {called}"
    message = message if error["message"] in known else message[:MAX_TEXT]
    return seen(f"{call.provider} {called}: {message}") in shown or (
        error["code"] == "not_found" and seen(missing) in shown
    )


def test_a_refusal_is_inert_and_reaches_a_program_as_it_was(stranger: Stranger, user: Env, tmp_path: Path) -> None:
    found = [each for each in failures() if each.answer.status not in OF_THE_ACCOUNT]
    stranger.tell(*found)
    pause = Answer(vendors.not_found(NAME, hostile("pause")).encode(), 429, {"Retry-After": "2"})
    stranger.tell(Sent(NAME, "pause", pause), Sent(NAME, "pause", Answer(vendors.least(NAME, "pause"))))
    said = (*asked(found, tmp_path), "--jobs", "16", "-vv", "--debug")
    with ThreadPoolExecutor(3) as pool:
        piped = pool.submit(callinspect, *said, "--error-format", "json", env=user)
        terminal = pool.submit(on_terminal, *said, "-o", "table", "--error-format", "text", env=user)
        paused = pool.submit(on_terminal, "get", NAME, "pause", env=user)
    lines = inert(piped.result().stderr).splitlines()
    errors = [json.loads(line)["error"] for line in lines if line.startswith("{")]
    shown = seen(inert(terminal.result()[1], DRAWING))
    assert [each["call_id"] for each in errors] == [each.id for each in found]
    assert all(reached(call, error, shown) for call, error in zip(found, errors, strict=True))
    hostile_ones = [each for each in errors if is_hostile(each["message"])]
    assert len(hostile_ones) > 70
    assert sum(is_hostile(each["vendor_code"] or "") for each in errors) > 30
    assert sum(is_hostile(each["request_id"] or "") for each in errors) > 20
    assert any("\x9b31m" in each["message"] for each in errors), "the header of a body that was encoded unasked"
    assert (
        sum(line.startswith("GET http://") and "%E2%80%AE%5B%2Fx%5D%E2%80%8B%20%E6%BC%A2" in line for line in lines)
        > 30
    )
    assert paused.result()[0] == 0
    told = seen(inert(paused.result()[1], COLOR))
    assert seen(f"callinspect: waiting 2 s: “{escaped(hostile('pause'))}”") in told


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_a_refusal_of_the_account_is_inert_too(provider: str, stranger: Stranger, user: Env, tmp_path: Path) -> None:
    for call in failures():
        if call.provider == provider and call.answer.status in OF_THE_ACCOUNT:
            stranger.tell(call)
            words = asked([call], tmp_path)
            piped = callinspect(*words, "--error-format", "json", env=user)
            (error,) = [json.loads(line)["error"] for line in inert(piped.stderr).splitlines()]
            _, written = on_terminal(*words, "--error-format", "text", env=user)
            assert reached(call, error, seen(inert(written, DRAWING)))


@pytest.mark.parametrize("status", [401, 429])
def test_what_is_not_asked_any_more_says_so_inertly(status: int, stranger: Stranger, user: Env, tmp_path: Path) -> None:
    answer = Answer(vendors.not_found(NAME, hostile("over")).encode(), status, LATER, LATIN_1)
    calls = [Sent(NAME, f"over-{number}", answer) for number in range(6)]
    stranger.tell(*calls)
    _, written = on_terminal(*asked(calls, tmp_path), "-o", "table", "--error-format", "text", env=user)
    shown = seen(inert(written, DRAWING))
    assert "skipped because the " in inert(written, DRAWING)
    assert shown.count(seen("<over>")) == len(calls)


def test_a_refusal_of_a_token_acts_on_no_terminal(stranger: Stranger, user: Env) -> None:
    refused = Answer({"error": hostile("error"), "error_description": hostile("described")}, 400, {}, LATIN_1)
    name = REFRESH.provider
    stranger.answers[name, vendors.last_word(REFRESH.token_url)] = [refused]
    stranger.answers[name, "renewed"] = [Answer(vendors.unauthorized(name), 401)]
    env = user | REFRESH.variables(**REFRESH.account)
    status, written = on_terminal("get", name, "renewed", "-vv", env=env)
    assert status == 4
    assert seen(escaped(hostile("described"))) in seen(inert(written, COLOR))
