"""What every group of measures starts from."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks import servers

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.servers import Certificate, Vendor

CALL_ID = "c-15ac29a2-1331029c-2cb0-4a07-b215-b22865662d85"


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Where everything is, and how much of it to do.

    Attributes:
        folder: where to write.
        programs: where callinspect is, and the Python that runs it.
        httpie: the program.
        twilio: the program, None where there is none.
        certificate: what the vendors show.
        vendor: one that answers at once.
        rounds: how often to run what is short.
        calls: how many calls thousands are.
        many: how many calls are many.
        records: how many saved records are many.
        absent: told what is not measured, and why.
    """

    folder: Path
    programs: Path
    httpie: Path
    twilio: Path | None
    certificate: Certificate
    vendor: Vendor
    rounds: int
    calls: int
    many: int
    records: int
    absent: dict[str, str] = field(default_factory=dict)

    @property
    def callinspect(self) -> str:
        """The program."""
        return str(self.programs / "callinspect")

    @property
    def python(self) -> str:
        """The Python that runs it."""
        return str(self.programs / "python")

    def env(self, **variables: str) -> dict[str, str]:
        """Return the environment of a user who has set nothing but these variables, and trusts the vendors."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        trust = {"SSL_CERT_FILE": str(self.certificate.authority)}
        return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TZ": "UTC", **trust, **variables}

    def account(self, base: str, **variables: str) -> dict[str, str]:
        """Return the environment of a user whose credentials are in it."""
        return self.env(
            CALLINSPECT_BANDWIDTH_BASE_URL=f"{base}/api/v2",
            CALLINSPECT_BANDWIDTH_ACCOUNT_ID=servers.ACCOUNT,
            CALLINSPECT_BANDWIDTH_USERNAME=servers.USERNAME,
            CALLINSPECT_BANDWIDTH_PASSWORD=servers.PASSWORD,
            **variables,
        )


def url(base: str, call_id: str = CALL_ID) -> str:
    """Return where a call is."""
    return f"{base}/api/v2/accounts/{servers.ACCOUNT}/calls/{call_id}"


def twilio_env(bench: Bench, **variables: str) -> dict[str, str]:
    """Return the environment of a user of twilio-cli, which finds itself on the path, and looks for no news."""
    assert bench.twilio is not None
    return bench.env(
        PATH=f"{bench.twilio.parent}{os.pathsep}{os.environ['PATH']}",
        TWILIO_SKIP_NEW_VERSION_CHECK="true",
        TWILIO_DISABLE_AUTOUPDATE="true",
        NODE_EXTRA_CA_CERTS=str(bench.certificate.authority),
        **variables,
    )
