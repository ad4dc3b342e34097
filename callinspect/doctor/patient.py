"""What the checks of one provider look at, and tell each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from callinspect.credentials.finding import Credentials
from callinspect.errors import CallinspectError, InternalError
from callinspect.provider import Provider, Response

if TYPE_CHECKING:
    from callinspect.client.settings import Settings
    from callinspect.http.probe import Probe, Way


def forget(_kind: str, *_values: str) -> None:
    """Do nothing: without --redact, no values are masked."""


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
        found: its credentials, complete or not; None if they could not be read.
        error: why they could not be read.
        probe: the way to its address, None as long as that is not known.
        hides_host: whether the host is one of the user's own, and masked with --redact.
        way: how far that was gone.
        heard: the vendor's last response.
        refusal: why the vendor did not accept the credentials.
        know: with --redact, takes a kind and values that are masked from now on.
    """

    provider: Provider
    profile: str
    given: Mapping[str, str]
    environ: Mapping[str, str]
    settings: "Settings"
    lacks_keyring: bool = False
    found: Credentials | None = None
    error: CallinspectError | None = None
    probe: "Probe | None" = None
    hides_host: bool = False
    way: "Way | None" = None
    heard: Response | None = None
    refusal: CallinspectError | None = None
    know: Callable[..., None] = forget

    @property
    def command(self) -> str:
        """The command that does the checks of this provider again."""
        profile = f" --profile {self.profile}" if self.profile != "default" else ""
        return f"callinspect doctor {self.provider.name}{profile}"

    @property
    def way_there(self) -> "Probe":
        """The way to the address, in checks that need one."""
        if self.probe is None:
            raise InternalError("a check needs an address that is not known")
        return self.probe
