"""What tests of credentials share: a Secret Service, a vendor that tells what it was asked, a run that tells no secret.

A run here is always at its most talkative, and whatever it writes, none of the secrets may be in it.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from callinspect import sandbox
from callinspect.sandbox import Sandbox, calls
from kit import cases, private_keys, vendors
from kit.program import callinspect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kit.ways import Way

CALLS = {
    call.provider: call.id
    for call in reversed(calls())
    if not call.living and not call.description.startswith(("fault", "hostile"))
}
"""A call of each provider that the sandbox always knows."""

ACCEPTED = {provider: sandbox.account(provider) for provider in vendors.NAMES}
"""What the sandbox accepts, by vendor and field."""


def _secrets(provider: str) -> set[str]:
    """Return every form of a vendor's secrets: each by itself, and user and password as HTTP Basic has them."""
    declared, accepted = cases.account(provider)["declares"], ACCEPTED[provider]
    pairs = [scheme for scheme in declared["schemes"] if len(scheme) == 2 and accepted.keys() >= {*scheme}]
    return {
        part
        for field, value in accepted.items()
        if {"secret", "file"} & {*declared["fields"].get(field, "secret").split()}
        for part in (private_keys.parts(value) if value.startswith("--") else [value])
    } | {b64encode(":".join(accepted[field] for field in pair).encode()).decode() for pair in pairs}


SECRETS = frozenset(secret for provider in vendors.NAMES for secret in _secrets(provider))
CANARY = "canary-9f3c1e-secret"

NOWHERE = "http://127.0.0.1:9"
"""A proxy that is not there: whatever goes wrong here, no invented secret reaches a real vendor."""


OURS = ("callinspect: ", "error: ", "  · ", "{")
"""The beginnings of lines on standard error that are not the trace of requests."""


@dataclass(frozen=True)
class Run:
    """What a run of the program wrote, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """Standard error without the trace of requests."""
        return "".join(line for line in self.err.splitlines(keepends=True) if line.startswith(OURS))


def run(
    *arguments: str, env: Mapping[str, str], stdin: str | bytes | Mapping[str, Any] = "", secrets: tuple[str, ...] = ()
) -> Run:
    """Run the program with all its talk; fail if it ends in a bug, or shows a secret in any form it has on the way."""
    given = stdin if isinstance(stdin, str | bytes) else json.dumps(stdin)
    result = callinspect(*arguments, "-vv", "--debug", env={"HTTPS_PROXY": NOWHERE, **env}, stdin=given)
    done = Run(result.returncode, result.stdout.decode(), result.stderr.decode())
    assert done.status != 70, done.err
    assert "Traceback" not in done.err
    for secret in {*SECRETS, *secrets}:
        for form in (secret, quote(secret, safe=""), b64encode(secret.encode(errors="surrogateescape")).decode()):
            assert form not in done.out, f"a secret is on standard output of {arguments}"
            assert form not in done.err, f"a secret is on standard error of {arguments}"
    return done


def get(way: Way, *arguments: str, env: Mapping[str, str], secrets: tuple[str, ...] = ()) -> Run:
    """Ask for a call that the vendor has."""
    return run("get", way.provider, CALLS[way.provider], *arguments, env=env, secrets=secrets)


def login(
    way: Way,
    *arguments: str,
    env: Mapping[str, str],
    stdin: str | bytes | Mapping[str, Any],
    secrets: tuple[str, ...] = (),
) -> Run:
    """Log in with fields on standard input."""
    return run("auth", "login", way.provider, "--stdin", *arguments, env=env, stdin=stdin, secrets=secrets)


def logout(way: Way, *arguments: str, env: Mapping[str, str]) -> Run:
    return run("auth", "logout", way.provider, *arguments, env=env)


def status(way: Way, *arguments: str, env: Mapping[str, str], secrets: tuple[str, ...] = ()) -> Run:
    """Ask where the credentials of one vendor come from."""
    return run("auth", "status", way.provider, *arguments, env=env, secrets=secrets)


class Vendor:
    """A sandbox that keeps a log of requests; a context manager.

    Args:
        token_lifetime: seconds that its OAuth tokens live.
        renewed: done when it has issued a token, and the old refresh token is no longer good, before its answer leaves.
    """

    def __init__(self, token_lifetime: int | None = None, renewed: Callable[[], None] | None = None) -> None:
        self.log: list[str] = []
        self._renewed = renewed
        self._sandbox = Sandbox(log=self._note, token_lifetime=token_lifetime)
        self.url = self._sandbox.url

    def _note(self, line: str) -> None:
        self.log.append(line)
        if self._renewed and self.exchanges[-1] == "POST 200":
            self._renewed()

    def __enter__(self) -> Self:
        self._sandbox.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._sandbox.__exit__(None, None, None)

    @property
    def exchanges(self) -> list[str]:
        """Method and status of every request so far, in order; POST is for a token."""
        return [f"{line.split()[0]} {line.split()[2]}" for line in self.log]

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a user with an account at every vendor."""
        return dict(self._sandbox.environment)

    def address_variables(self, way: Way) -> dict[str, str]:
        """Return the variables that lead a provider here."""
        ours = way.variable("")
        return {name: url for name, url in self.environment.items() if name.startswith(ours) and name.endswith("_URL")}

    def addresses(self, way: Way) -> dict[str, str]:
        """Return the fields that lead a provider here."""
        ours = way.variable("")
        return {name.removeprefix(ours).lower(): url for name, url in self.address_variables(way).items()}

    def account(self, way: Way, **changes: Any) -> dict[str, Any]:
        """Return what a user with an account here enters, and what the keyring's item holds of it then."""
        return {**self.addresses(way), **way.account, **changes}
