"""What the checks of one provider look at, and tell each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from shlex import quote
from typing import TYPE_CHECKING

from callinspect.credentials.finding import Credentials
from callinspect.doctor import places
from callinspect.errors import CallinspectError, InternalError
from callinspect.provider import Provider, Response

if TYPE_CHECKING:
    from callinspect.client.settings import Settings
    from callinspect.http.probe import Probe, Way


@dataclass(slots=True)
class Road:
    """The way to one address.

    Attributes:
        field: the field that has the address.
        probe: looks at the way.
        way: how far it was gone, None before.
    """

    field: str
    probe: "Probe"
    way: "Way | None" = None


@dataclass(slots=True)
class Patient:
    """One provider, and what is known of it so far.

    Attributes:
        provider: the provider.
        profile: the profile of its credentials.
        given: values of --set.
        environ: the environment.
        settings: the client's settings; its time limit is that of all checks together.
        lacks_keyring: whether its credentials are in a keyring that cannot be read.
        has_keyring: whether this machine has a keyring to log in with.
        found: its credentials, complete or not; None if they could not be read.
        error: why they could not be read.
        roads: the ways to its addresses: its own first, then that of its tokens; none as long as they are not known.
        own: the fields whose hosts are the user's own, and masked with --redact.
        heard: the vendor's last response.
        refusal: why the vendor did not accept the credentials.
        learn: with --redact, takes fields of an account whose values are masked from now on.
        learn_hosts: with --redact, takes names and addresses of hosts that are masked from now on.
    """

    provider: Provider
    profile: str
    given: Mapping[str, str]
    environ: Mapping[str, str]
    settings: "Settings"
    lacks_keyring: bool = False
    has_keyring: bool = True
    found: Credentials | None = None
    error: CallinspectError | None = None
    roads: list[Road] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    heard: Response | None = None
    refusal: CallinspectError | None = None
    learn: Callable[[Provider, Mapping[str, str]], None] = field(default=lambda _provider, _fields: None)
    learn_hosts: Callable[..., None] = field(default=lambda *_hosts: None)

    @property
    def command(self) -> str:
        """The command that does the checks of this provider again."""
        return self.typed(ca_file=self.settings.ca_file)

    def typed(self, *, ca_file: str | None = None, **given: str) -> str:
        """Return that command with another file of certificates, or without; and with other values of --set."""
        words = ["callinspect", "doctor", self.provider.name]
        words += ["--profile", self.profile] * (self.profile != "default")
        words += [word for pair in {**self.given, **given}.items() for word in ("--set", quote("=".join(pair)))]
        words += ["--ca-file", places.typed(ca_file)] if ca_file else []
        return " ".join(words)

    @property
    def remaining(self) -> float:
        """Seconds left for its checks, those that need an address."""
        if not self.roads:
            raise InternalError("a check needs an address that is not known")
        return self.roads[0].probe.remaining
