"""The way to a vendor's address: proxy, certificates, name, connection, TLS."""

import sys
from datetime import UTC, datetime, timedelta
from os import environ

from callinspect.doctor import places
from callinspect.doctor.checks import Finding, Step, failed, ok, skipped, warned
from callinspect.doctor.patient import Patient
from callinspect.errors import ConfigError, NetworkError
from callinspect.http import proxies

SOON = timedelta(days=14)
"""How long before its end a certificate is warned of."""

LOOK_UP = "getent hosts" if sys.platform == "linux" else "nslookup"
"""What looks up a name on this system."""


def proxy(patient: Patient) -> Finding:
    """Look for the proxy that the environment names, and check that it can be understood."""
    probe = patient.way_there
    try:
        named = probe.named_proxy()
    except ConfigError as error:
        install = f"or install it: {places.typed(sys.executable)} -m pip install socksio"
        return failed(error, *[install] * ("socksio" in error.message), *_without(patient))
    if named is not None:
        patient.know("host", probe.connected_host)
        return ok(f"{probe.proxy_place} ({named.variable})")
    if probe.is_local:
        return ok("none: loopback is never reached through one")
    if not probe.is_secure:
        return ok("none: plain HTTP is never sent through one")
    if proxies.leading_to("https", probe.host, probe.port, {**environ, **dict.fromkeys(_exceptions(), "")}):
        return ok(f"none: {' and '.join(_exceptions())} excludes {probe.host}")
    return ok("none")


def _exceptions() -> list[str]:
    return [each for each in environ if each.lower() == proxies.EXCEPTIONS and environ[each]]


def _without(patient: Patient) -> list[str]:
    """Return how to go without the proxy."""
    names = [each for each in proxies.concerning("https", environ) if each.lower() != proxies.EXCEPTIONS]
    if not names:
        return ["check the proxy in the system's settings"]
    unset = " ".join(f"-u {each}" for each in names)
    host = patient.way_there.host
    return [f"try without it: env {unset} {patient.command}", f"if that works: export NO_PROXY={host}"]


def ca(patient: Patient) -> Finding:
    """Count the trusted certificates."""
    probe = patient.way_there
    if not probe.is_secure:
        return skipped("not needed for plain HTTP")
    ca_file = patient.settings.ca_file
    way_out = patient.command if ca_file else f"env -u SSL_CERT_FILE -u SSL_CERT_DIR {patient.command}"
    what = "without --ca-file" if ca_file else "with the system's"
    try:
        trusted = probe.trust()
    except ConfigError as error:
        error.message = places.shortened(error.message)
        return failed(error, f"name a PEM file, or try {what}: {way_out}")
    source = places.short(trusted.source)
    if trusted.authorities == 0:
        return warned(f"there are no CA certificates in {source}", f"try {what}: {way_out}")
    if trusted.authorities is None:
        return ok(source)
    return ok(f"{trusted.authorities} CA certificate{'s' * (trusted.authorities > 1)} in {source}")


def dns(patient: Patient) -> Finding:
    """Look up the host, or the proxy's."""
    probe = patient.way_there
    if probe.is_numeric:
        return ok("not needed: it is an address")
    try:
        found = probe.addresses()
    except ConfigError as error:
        return failed(error, "correct base_url")
    except NetworkError as error:
        if probe.has_proxy:
            return failed(error, *_without(patient))
        return failed(
            error,
            f"check the network, the name servers and base_url: {LOOK_UP} {probe.host}",
            f"behind a proxy: env HTTPS_PROXY=http://PROXY:PORT {patient.command}",
        )
    if patient.hides_host or probe.has_proxy:
        patient.know("host", *found)
    whose = "of the proxy, which looks up the vendor" if probe.has_proxy else f"of {probe.host}"
    few = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if found[3:] else "")
    return ok(f"{few} {whose}")


def connect(patient: Patient) -> Finding:
    """Open a connection, through the proxy if there is one; TLS is tried at once, unless there are no certificates."""
    probe = patient.way_there
    try:
        probe.trust()
    except ConfigError:
        patient.way = probe.go(secures=False)
    else:
        patient.way = probe.go(secures=True)
    way = patient.way
    if way.connected is not None:
        through = f" through {probe.proxy_place}" if probe.has_proxy else ""
        return ok(f"port {probe.port} of {probe.host}{through}, in {way.connected * 1000:.0f} ms")
    error = way.error or ConfigError("the connection cannot be opened")
    if not probe.has_proxy:
        return failed(
            error,
            f"check the network, and that a firewall lets through port {probe.port}: nc -vz {probe.host} {probe.port}",
            f"behind a proxy: env HTTPS_PROXY=http://PROXY:PORT {patient.command}",
        )
    needs_login = error.http_status == 407  # noqa: PLR2004 - proxy authentication required
    login = ["with a name and password for it: export HTTPS_PROXY=http://USER:PASSWORD@PROXY:PORT"] * needs_login
    error.message += f" (proxy {probe.proxy_place})" if probe.proxy_place not in error.message else ""
    return failed(error, *login, *_without(patient))


def tls(patient: Patient) -> Finding:
    """Tell what was agreed on when the connection was opened."""
    probe, way = patient.way_there, patient.way
    if not probe.is_secure:
        return skipped("not used: plain HTTP")
    if way is None or way.certificate is None:
        error = (way and way.error) or ConfigError("TLS could not be started")
        if any("--ca-file" in each for each in error.hints):
            return failed(error, f"with the file of the authority: {patient.command} --ca-file FILE")
        return failed(error, f"see what the server sends: {_handshake(patient)}")
    version, issuer, expires = way.certificate
    if expires is None:
        return ok(f"{version}, certificate checked by the system")
    left = expires - datetime.now(UTC)
    said = f"{version}, certificate from {issuer or 'an unnamed authority'}, {left.days} days left"
    if left >= SOON:
        return ok(said)
    return warned(
        f"{said}: it ends on {expires:%Y-%m-%d}",
        f"its owner must renew it; to see it: {_handshake(patient)} | openssl x509 -noout -dates",
    )


def _handshake(patient: Patient) -> str:
    """Return the command that shows the TLS handshake with the server."""
    host, port = patient.way_there.host, patient.way_there.port
    return f"openssl s_client -connect {host}:{port} -servername {host} </dev/null"


STEPS: tuple[Step[Patient], ...] = (
    Step("proxy", proxy, needs=("base_url",)),
    Step("ca", ca, needs=("base_url",)),
    Step("dns", dns, needs=("base_url", "proxy")),
    Step("connect", connect, needs=("dns", "proxy")),
    Step("tls", tls, needs=("connect", "ca")),
)
"""The checks of the way."""
