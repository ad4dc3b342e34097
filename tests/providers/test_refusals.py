"""Answers that refuse: which are the vendor's own, and what they mean."""

import json

import pytest
from kit import cases
from kit.case_playback import answered, every
from kit.cases import Case

from callinspect import providers
from callinspect.provider import Response

every_vendor = pytest.mark.parametrize("name", cases.vendors())


FOREIGN_BODIES = [
    "",
    " \n",
    "<html><head><title>404 Not Found</title></head><hr>nginx</html>",
    "\n<!DOCTYPE html><title>Sign in</title>",
    "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
    "default backend - 404",
    "404 page not found\n",
    "{}",
    "[]",
    "null",
    '"Not Found"',
    '{"message":"no Route matched with those values"}',
    '{"message":"Call not found","request_id":"f00"}',
    '{"error":"Not Found","path":"/api/v2","status":404,"timestamp":"2025-04-08T10:00:00Z"}',
    '{"error":"invalid_token","error_description":"The access token expired"}',
    '{"type":"about:blank","title":"Not Found","status":404,"detail":"Call not found"}',
    '{"statusCode":STATUS,"message":"Resource not found"}',
    '{"status":"error","message":"Call not found"}',
    '{"code":404,"message":"Call not found"}',
    '{"errors":[{"status":"404","title":"Not Found"}]}',
    '{"code":"900901","type":"Status report","message":"Invalid Credentials","description":"Call failure for API"}',
    '{"type":"https://problem.test/route","status":404,"description":"no call route here"}',
    '{"category":"OBJECT_NOT_FOUND","message":"Call not found"}',
    '{"errors":[{"code":7003,"message":"Could not route to the call"}]}',
    '{"fault":{"faultstring":"Unable to identify proxy","detail":{"errorcode":"x"}}}',
    '{"error":"Authorization field missing"}',
    '{"error":"Access to this API has been disallowed"}',
    '{"error":"Could not find resource for full path: http://h/api"}',
    '{"error":"unauthorized","error_description":"Full authentication is required"}',
    '{"success":false,"errors":[{"code":10000,"message":"Authentication error"}]}',
    '{"errors":[{"status":"404","title":"Not Found","detail":"The requested resource could not be found."}]}',
    '{"errors":[{"code":"not_found","title":"Not Found","detail":"Call not found"}]}',
    '{"type":"NOT_FOUND","title":"Not Found","detail":"Call not found"}',
    '{"type":"STATUS","title":"Not Found","detail":"Call not found"}',
    '{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.5","title":"Not Found","status":404}',
    '{"code":5,"message":"Method does not exist.","details":[{"detail":"service_control"}]}',
    '{"httpCode":"401","httpMessage":"Unauthorized","moreInformation":"Invalid client id"}',
    '{"errors":{"detail":"Not Found"}}',
    '{"errorCode":STATUS,"errorMessage":"Call not found"}',
    '{"detail":"Authentication credentials were not provided."}',
]
"""What a load balancer, an ingress, a gateway or a login page answers in the vendor's place."""


def bare(name: str) -> list[int]:
    """Return the statuses with which a vendor also answers with nothing, or with a text."""
    found: list[int] = cases.account(name).get("bare", [])
    return found


@every_vendor
@pytest.mark.parametrize("body", FOREIGN_BODIES, ids=lambda text: text[:30])
def test_only_the_vendor_itself_refuses(name: str, body: str) -> None:
    for status in (400, 401, 403, 404, 405, 410):
        text = body.replace("STATUS", str(status))
        answer = Response(status, {}, text.encode())
        if answer.is_bare and status in bare(name):
            continue
        refusal = providers.get(name).refusal(answer)
        assert refusal
        assert (refusal.error.code, refusal.error.exit_status, refusal.error.retryable) == (
            "vendor_unavailable",
            7,
            True,
        )
        assert "base_url" in (refusal.hint or "")
        assert "any proxy or gateway in between" in (refusal.hint or "")
    for status, code in ((429, "rate_limited"), (423, "rate_limited"), (503, "vendor_unavailable")):
        refusal = providers.get(name).refusal(Response(status, {}, body.encode()))
        assert refusal
        assert refusal.error.code == code


@every_vendor
def test_a_foreign_body_is_quoted_whole_or_not_at_all(name: str) -> None:
    """Part of one could be part of a secret, which nothing finds any more."""
    for body, said in {"a" * 59: "a" * 59, "a" * 60: None, "a\nb": None, "<p>": None}.items():
        refusal = providers.get(name).refusal(Response(404, {}, body.encode()))
        assert refusal
        assert refusal.message == said
        assert "instead of the vendor's own error message" in (refusal.summary or "")


MEANINGS = {
    **dict.fromkeys([200, 201, 299]),
    **dict.fromkeys([199, 300], "bad_response"),
    **dict.fromkeys([400, 401, 403, 404, 408, 410, 418, 499, 500, 599], "vendor_unavailable"),
    **dict.fromkeys([423, 429], "rate_limited"),
}


@every_vendor
@pytest.mark.parametrize(("status", "code"), MEANINGS.items())
def test_a_status_without_a_body_means_the_same_at_every_vendor(name: str, status: int, code: str | None) -> None:
    refusal = providers.get(name).refusal(Response(status, {}, b""))
    assert (refusal.error.code if refusal else None) == ("auth_rejected" if status in bare(name) else code)


@every("refusals")
def test_a_refusal_is_read_however_much_of_it_is_there(case: Case) -> None:
    refusal = providers.get(case.vendor).refusal(answered(case))
    expected = case.expected
    if not expected:
        assert refusal is None
        return
    assert refusal
    assert refusal.error.code == expected["error"]
    for each in ("message", "code", "request_id", "retry_at"):
        assert getattr(refusal, each) == expected[each], f"{case.place}: {each}"
    for each in ("hint", "summary"):
        said, wanted = getattr(refusal, each), expected[each]
        assert (said is None) == (wanted is None), f"{case.place}: {each}: expected {wanted!r}, came {said!r}"
        assert wanted is None or wanted in said, f"{case.place}: {each}: expected {wanted!r} in it, came {said!r}"


THE_CALL = [
    *("Call not found", "The call c-1 could not be found", "Call [c-1] not found", "No such call", "callId not found"),
    *("Call not found for this user", "Call not found on line 1", "The call of this member does not exist"),
    *("The user has no active call", "The member's call does not exist", "Could not find call c-1 in the account"),
]


ANOTHER_THING = [
    *("User not found", "Person not found in the organization", "No such user", "The requested path was not found"),
    *("Workspace not found", "Virtual line not found", "memberId not found", "lineOwnerId not found", "Invalid org"),
    *("Device '5001' was not found", "Endpoint not found", "Location not found", "Unsupported API version"),
    *("Account [1] not found for call [c-1]", "The user u-call could not be found for this call", "Account gone"),
    *("Call queue not found", "The recording of the call could not be found", "Agent session not found"),
]


def missing(name: str, said: str, status: int = 404) -> Response:
    """Return a vendor's answer to a question for what is not there."""
    body = cases.filled(cases.account(name)["missing"]["body"], {"text": said})
    return Response(status, {}, json.dumps(body).encode())


@every_vendor
@pytest.mark.parametrize("said", [*THE_CALL, *ANOTHER_THING])
def test_what_is_not_found_is_what_the_vendor_says(name: str, said: str) -> None:
    for status in (404, 410):
        refusal = providers.get(name).refusal(missing(name, said, status))
        assert refusal
        assert refusal.error.code == ("not_found" if said in THE_CALL else "config"), f"{said}: {refusal}"
        assert ("check " in (refusal.hint or "")) == (said in ANOTHER_THING), f"{said}: the hint is {refusal.hint!r}"


@every_vendor
def test_what_names_nothing_is_what_the_account_says(name: str) -> None:
    for said in ("Not Found", "The requested resource could not be found.", "Resource not found"):
        refusal = providers.get(name).refusal(missing(name, said))
        assert refusal
        meant = cases.account(name)["missing"]
        assert refusal.error.code == meant.get(said, meant["unnamed"])
