"""The vendor: whether it answers, what time it is there, and whether it takes the credentials."""

import re
import sys
from datetime import UTC, datetime, timedelta

from callinspect.client.inspector import Inspector
from callinspect.client.timeline.clock import difference
from callinspect.doctor.checks import Finding, Step, failed, ok, skipped, warned
from callinspect.doctor.patient import Patient
from callinspect.duration import rounded
from callinspect.errors import (
    BadResponseError,
    CallinspectError,
    ConfigError,
    InternalError,
    NetworkError,
    RateLimitedError,
    TLSError,
    VendorUnavailableError,
)
from callinspect.provider import Response

UNHEARD = (NetworkError, TLSError, VendorUnavailableError, BadResponseError)
"""Errors of which the vendor's own word is no part: nothing is known of the credentials."""

LITTLE, MUCH = timedelta(seconds=5), timedelta(seconds=60)
"""Differences of clocks: up to the one they count as the same, beyond the other signed tokens are refused."""

SETTING = {
    "darwin": "sudo sntp -sS time.apple.com",
    "win32": "w32tm /resync",
}
"""How this machine's clock is set, by system."""

_LEFT = re.compile(r"(?:x-)?rate-?limit-remaining(?:-[a-z]+)?", re.ASCII)
"""Headers that say how many requests are left."""

_IN_A_LIST = re.compile(r"(?:^|[;,\s])(?:remaining|r)=(\d{1,9})", re.ASCII)
"""How the draft of the IETF says it, in `RateLimit`."""


def http(patient: Patient) -> Finding:
    """Send the request that succeeds with valid credentials only."""
    begun = datetime.now(UTC)
    refusal = _asked(patient)
    took = round((datetime.now(UTC) - begun).total_seconds() * 1000)
    if isinstance(refusal, UNHEARD):
        if "within" in refusal.message:
            return failed(refusal, f"give it more time: {patient.command} --timeout 60")
        return failed(refusal, _answered(patient))
    if patient.heard is None:
        return skipped("nothing was sent")
    return ok(f"{patient.provider.title} answered with HTTP {patient.heard.status} in {took} ms")


def _asked(patient: Patient) -> CallinspectError | None:
    """Ask the vendor; return why it did not accept the credentials, None if it did."""
    found = patient.found
    if found is None:
        raise InternalError("a check needs credentials that are not known")

    def hear(response: Response) -> None:
        patient.heard = response

    left = max(round(patient.remaining, 1), 0.1)
    settings = patient.settings._replace(credentials=lambda _: found, timeout=left, heard=hear)
    try:
        with Inspector(settings) as client:
            client.verify(patient.provider)
    except CallinspectError as error:
        patient.refusal = error
    return patient.refusal


def clock(patient: Patient) -> Finding:
    """Compare the vendor's clock with ours."""
    heard = patient.heard
    ahead = None
    if heard is not None:
        ahead = difference(heard.headers.get("date", ""), heard.arrived_at or datetime.now(UTC))
    if ahead is None:
        return skipped("the vendor did not say what time it is")
    if abs(ahead) <= LITTLE:
        return ok(f"within {LITTLE.seconds} s of {patient.provider.title}'s")
    side = "behind" if ahead > timedelta() else "ahead of"
    far = rounded(abs(ahead).total_seconds())
    said = f"this machine's clock is {far} {side} {patient.provider.title}'s"
    remedy = f"set it: {SETTING.get(sys.platform, 'sudo timedatectl set-ntp true')}"
    return failed(ConfigError(said), remedy) if abs(ahead) > MUCH else warned(said, remedy)


def accepted(patient: Patient) -> Finding:
    """Tell whether the vendor accepts the credentials and permits what was asked."""
    refusal, title = patient.refusal, patient.provider.title
    if refusal is None:
        return ok(f"{title} accepts the credentials")
    if isinstance(refusal, RateLimitedError):
        return skipped("not known: rate limited")
    if any(": callinspect " in each for each in refusal.hints):
        return failed(refusal)
    return failed(refusal, _answered(patient))


def _answered(patient: Patient) -> str:
    return f"see what was answered: {patient.command} -vv"


def limit(patient: Patient) -> Finding:
    """Tell how many requests are left, if the vendor says it."""
    if isinstance(patient.refusal, RateLimitedError):
        named = patient.refusal.retry_after
        wait = round(named) if named else 60
        return failed(patient.refusal, f"ask again later: sleep {wait}; {patient.command}")
    if patient.heard is None:
        return skipped("nothing was sent")
    left = _left(patient.heard)
    if left is None:
        return ok("not reached; the vendor does not report what is left")
    if left == 0:
        return warned("no requests left for now", f"ask again later: sleep 60; {patient.command}")
    return ok(f"{left} request{'s' * (left > 1)} left")


def _left(response: Response) -> int | None:
    """Return how many requests are left, None if a response does not say it."""
    for name, value in response.headers.items():
        if _LEFT.fullmatch(name) and (found := re.match(r"\s*(\d{1,9})\b", value, re.ASCII)):
            return int(found[1])
        if name == "ratelimit" and (found := _IN_A_LIST.search(value)):
            return int(found[1])
    return None


STEPS: tuple[Step[Patient], ...] = (
    Step("http", http, needs=("credentials", "base_url", "connect", "tls")),
    Step("clock", clock, needs=("credentials", "base_url", "connect", "tls")),
    Step("accepted", accepted, needs=("http",)),
    Step("limit", limit, needs=("http",)),
)
"""The checks of the vendor."""
