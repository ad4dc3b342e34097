"""What is known of a provider's credentials: where each field comes from, what is missing, what the vendor says."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from callinspect.cli.console import streams
from callinspect.cli.manual import text
from callinspect.cli.opening import settings
from callinspect.cli.options import Options
from callinspect.credentials import explaining, finding, ready_made
from callinspect.errors import SOME_FAILED, AuthMissingError, CallinspectError
from callinspect.model.writing import timestamp
from callinspect.provider import Provider
from callinspect.render.inert import inert

BEGINNING = (
    ("in the OS keyring", "callinspect auth login"),
    ("in the environment", "callinspect help environment"),
    ("to try without an account", "callinspect sandbox calls"),
)
"""Where there can be credentials, and what to type."""


@dataclass(frozen=True, slots=True)
class Report:
    """The status of one provider's credentials in one profile.

    Attributes:
        provider: the provider.
        profile: the profile.
        found: the credentials, None if they could not be read.
        error: why they could not be read.
        missing: why they cannot be used.
        was_checked: whether the vendor was asked.
        failure: why the vendor has not accepted them.
    """

    provider: Provider
    profile: str
    found: finding.Credentials | None = None
    error: CallinspectError | None = None
    missing: CallinspectError | None = None
    was_checked: bool = False
    failure: CallinspectError | None = None

    @property
    def is_configured(self) -> bool:
        """Whether there is anything at all."""
        return self.found is None or bool(self.found.sources or self.found.bound)

    def checked(self, options: Options) -> "Report":
        """Return the report with what the vendor says of the credentials."""
        if self.found is None or self.missing is not None:
            return replace(self, was_checked=True, failure=self.error or self.missing)
        from callinspect.client.inspector import Inspector

        found = self.found
        try:
            with Inspector(settings(options, lambda _: found)) as client:
                client.verify(self.provider)
        except CallinspectError as error:
            return replace(self, was_checked=True, failure=error)
        return replace(self, was_checked=True)

    def as_json(self, options: Options) -> dict[str, Any]:
        """Return the report as one object; secrets have no value in it."""
        scheme, lacking = self.found and self.found.scheme, self._lacking
        return {
            "provider": self.provider.name,
            "profile": self.profile,
            "complete": scheme is not None,
            "scheme": scheme.title if scheme else None,
            "scheme_ends": scheme.ending.on.isoformat() if scheme and scheme.ending else None,
            "fields": [
                {"name": name, "source": options.redacted(source), "value": self._value(name, options)}
                for name, source in self._sources
            ],
            "missing": lacking[0] if lacking else [],
            "token_expires_at": timestamp(self._expires_at),
            "error": options.redacted(self.error.message) if self.error else None,
            "check": self._check(options) if self.was_checked else None,
        }

    def lines(self, options: Options, width: int) -> Iterator[str]:
        """Yield the report as an aligned table."""
        scheme = self.found and self.found.scheme
        state = scheme.title if scheme else options.redacted(self.error.message) if self.error else "incomplete"
        yield from text.wrapped(f"{self.provider.name}/{self.profile}  {inert(state)}", width, rest="    ")
        yield from text.columns([*self._fields(width, options), *self._remarks(options)], width)

    def _fields(self, width: int, options: Options) -> list[tuple[str, str]]:
        """Return each field with its value and source: beside each other if that fits for all."""
        rows = [
            (name, inert(self._value(name, options) or "(secret)"), f"from {inert(options.redacted(source))}")
            for name, source in self._sources
        ]
        names, values, sources = (max(map(len, column)) for column in zip(*rows, strict=True)) if rows else (0, 0, 0)
        if names + values + sources + 6 <= width:
            return [(name, f"{value:{values}}  {source}") for name, value, source in rows]
        return [(name, f"{value}\n{source}") for name, value, source in rows]

    def _remarks(self, options: Options) -> Iterator[tuple[str, str]]:
        """Yield what there is to say besides the fields."""
        if self._expires_at:
            state = "expired at" if self._expires_at <= datetime.now(UTC) else "valid until"
            yield "access token", f"{state} {self._expires_at.astimezone(options.zone):%Y-%m-%d %H:%M:%S %Z}"
        if self.found and self.found.bound:
            yield "stored", f"for {inert(options.redacted(self.found.bound))} only, and not used elsewhere"
        if self._lacking:
            yield "missing", ", or ".join(" and ".join(names) for names in self._lacking)
        if self.found:
            warnings = explaining.warnings(self.provider, self.found)
            yield from (("warning", options.redacted(each)) for each in warnings)
        if self.was_checked and not (self.error or self.missing):
            said = self.failure and inert(options.redacted(self.failure.shown_message))
            yield "check", f"failed: {said}" if said else "accepted by the vendor"

    @property
    def _sources(self) -> list[tuple[str, str]]:
        return list(self.found.sources.items()) if self.found else []

    def _value(self, name: str, options: Options) -> str | None:
        if self.found is None:
            return None
        secret = {each.name for each in self.provider.settings if each.is_credential}
        value = self.found.paths.get(name) if name in secret else self.found.account.get(name)
        return options.field(self.provider, name, value)

    @property
    def _lacking(self) -> list[list[str]]:
        """Names of the missing fields, for each way to authenticate, the shortest first."""
        if self.found is None or self.missing is None:
            return []
        return [[each.name for each in fields] for fields in finding.lacking(self.provider, self.found.account)]

    @property
    def _expires_at(self) -> datetime | None:
        if self.found is None:
            return None
        expires = self.found.token.expires_at if self.found.token else None
        return datetime.fromtimestamp(expires, UTC) if expires else ready_made.times(self.found).expires

    def _check(self, options: Options) -> dict[str, Any]:
        if self.failure is None:
            return {"ok": True, "error": None}
        error = {"code": self.failure.code, "message": options.redacted(self.failure.message)}
        return {"ok": False, "error": {**error, "http_status": self.failure.http_status}}


def report(provider: Provider, profile: str, options: Options) -> Report:
    """Find a provider's credentials, and report them."""
    try:
        found = finding.find(provider, profile=profile, settings={}, environ=os.environ)
    except CallinspectError as error:
        return Report(provider, profile, error=error)
    options.learn(provider, found)
    try:
        explaining.require(found, provider, profile)
    except AuthMissingError as error:
        return Report(provider, profile, found, missing=error)
    return Report(provider, profile, found)


def checked(reports: list[Report], options: Options) -> list[Report]:
    """Ask the vendors of all credentials at once."""
    from callinspect.client import bulk

    configured = [each for each in reports if each.is_configured]
    done = bulk.each(configured, lambda each: each.checked(options), jobs=max(1, len(configured)))
    asked = {(each.provider.name, each.profile): each for each in done if isinstance(each, Report)}
    return [asked.get((each.provider.name, each.profile), each) for each in reports]


def as_text(reports: Iterable[Report], options: Options) -> str:
    """Return several reports: those of providers without any credentials in one line."""
    known = list(reports)
    width = streams.width()
    configured = [each for each in known if each.is_configured]
    others = dict.fromkeys(each.provider.name for each in known if not each.is_configured)
    blocks = [list(each.lines(options, width)) for each in configured]
    if not configured:
        blocks = [["No credentials yet.", *text.columns(BEGINNING, width)]]
    elif others:
        blocks.append(text.wrapped(f"nothing configured: {', '.join(others)}", width, rest="  "))
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def exit_status(reports: Iterable[Report]) -> int:
    """Return the exit status of what the vendors say.

    Raises:
        AuthMissingError: nothing is configured.
    """
    asked = [each for each in reports if each.was_checked]
    if not asked:
        raise AuthMissingError("no credentials are configured", hint="callinspect auth login stores some")
    failed = [each.failure.exit_status for each in asked if each.failure]
    if not failed:
        return 0
    return failed[0] if len(failed) == len(asked) and len(set(failed)) == 1 else SOME_FAILED
