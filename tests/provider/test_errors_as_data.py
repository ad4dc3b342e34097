"""Refusals that a provider writes as data: where the parts of a vendor's errors are, and what they mean."""

from json import dumps
from typing import Any

import pytest

from callinspect.errors import NotFoundError, UsageError
from callinspect.provider import UNPROCESSABLE, Refusal, Response, errors


def body(sent: Any) -> bytes:
    return sent if isinstance(sent, bytes) else dumps(sent).encode()


def refusal(read: Any, status: int, sent: Any, **headers: str) -> Refusal:
    found = read(Response(status, headers, body(sent)))
    assert isinstance(found, Refusal)
    return found


SEVERAL = errors(
    ("message", "error", "errors.0.detail", "errors.0"),
    ("code", "errors.0.code"),
    meanings={"7": None, "8": NotFoundError},
    by_status={UNPROCESSABLE: UsageError},
    hints={"7": "wait", "Slow down": "send fewer"},
)


@pytest.mark.parametrize(
    ("sent", "message", "code"),
    [
        ({"message": "m", "error": "e", "code": 7}, "m", "7"),
        ({"message": "", "error": "e", "code": "7"}, "e", "7"),
        ({"message": {}, "errors": [{"detail": "d", "code": "7"}]}, "d", "7"),
        ({"errors": ["text"], "code": "7"}, "text", "7"),
    ],
)
def test_the_first_key_that_has_a_text_counts(sent: Any, message: str, code: str) -> None:
    found = refusal(SEVERAL, 400, sent)
    assert (found.message, found.code, found.error.code) == (message, code, "usage")


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (422, "7", "usage"),
        (422, "8", "not_found"),
        (422, "9", "vendor_unavailable"),
        (404, "7", "not_found"),
        (429, "8", "rate_limited"),
        (500, "8", "vendor_unavailable"),
    ],
)
def test_a_status_means_what_the_vendor_means_by_it(status: int, code: str, meaning: str) -> None:
    """Where the code says nothing; and only if the answer is the vendor's."""
    assert refusal(SEVERAL, status, {"message": "m", "code": code}).error.code == meaning


@pytest.mark.parametrize(
    ("sent", "hint"),
    [
        ({"message": "m", "code": "7"}, "wait"),
        ({"message": "Slow down", "code": "8"}, "send fewer"),
        ({"message": "Slow down", "code": "7"}, "wait"),
        ({"message": "m", "code": "8"}, None),
    ],
)
def test_a_hint_goes_by_the_code_or_else_the_message(sent: Any, hint: str | None) -> None:
    assert refusal(SEVERAL, 403, sent).hint == hint


def test_the_id_for_support_is_in_the_body_or_a_header() -> None:
    read = errors("message", "code", request_id="X-Request-Id")
    headers = {"x-request-id": "r-1"}
    assert refusal(read, 403, {"message": "m", "code": "c"}, **headers).request_id == "r-1"
    assert refusal(read, 403, {"message": "m", "code": "c", "X-Request-Id": "r-2"}, **headers).request_id == "r-2"
    assert refusal(read, 403, {"message": "m", "code": "c"}).request_id is None
    either = errors("message", "code", request_id=("api_id", "X-Request-Id"))
    assert refusal(either, 403, {"message": "m", "code": "c", "api_id": "r-3"}, **headers).request_id == "r-3"
    assert refusal(either, 403, {"message": "m", "code": "c"}, **headers).request_id == "r-1"


@pytest.mark.parametrize(
    ("message", "meaning"),
    [
        ("Channel not found", "not_found"),
        ("Provided channel was not found", "not_found"),
        ("Call not found", "not_found"),
        ("The resource /Accounts/A1/Calls/C1 was not found", "not_found"),
        ("The resource /Accounts/A1/Queues/Q1 was not found", "config"),
        ("Bridge not found", "config"),
        ("Not here", "not_found"),
    ],
)
def test_what_is_not_found_may_have_another_name(message: str, meaning: str) -> None:
    read = errors("message", "code", elsewhere="check x", call=r"channel|/Accounts/\w+/Calls/", unnamed=False)
    found = refusal(read, 404, {"message": message, "code": "c"})
    assert (found.error.code, found.hint) == (meaning, "check x" if meaning == "config" else None)


def test_an_error_can_be_opened_from_another_form() -> None:
    def opened(response: Response) -> dict[str, str]:
        return dict([response.body.decode().split("=")]) if b"=" in response.body else {}

    read = errors("why", opened=opened, own=lambda _response, message, _code: message is not None)
    assert refusal(read, 403, b"why=because").message == "because"
    assert refusal(read, 403, b"forbidden").error.code == "vendor_unavailable"


@pytest.mark.parametrize(("server", "meaning"), [("ours", "not_found"), ("other", "vendor_unavailable")])
def test_a_vendor_can_know_its_own_answers_otherwise(server: str, meaning: str) -> None:
    read = errors("message", own=lambda response, _message, _code: response.headers.get("server") == "ours")
    assert refusal(read, 404, {"message": "m"}, server=server).error.code == meaning
