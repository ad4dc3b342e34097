"""The way to each address of a vendor: proxy, certificates, name, connection, TLS."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from os import environ
from shlex import quote

from callinspect.doctor import places
from callinspect.doctor.checks import Finding, Status, Step, failed, ok, skipped, warned
from callinspect.doctor.patient import Patient, Road
from callinspect.duration import rounded
from callinspect.errors import ConfigError, NetworkError
from callinspect.http import proxies

SOON = timedelta(days=14)
"""How long before its end a certificate is warned of."""

_WHOSE = "openssl x509 -noout -subject -issuer -dates"
"""What shows the certificate that a handshake ends with."""

_UNREACHED = "cannot connect to "

LOOK_UP = "getent hosts" if sys.platform == "linux" else "nslookup"
"""What looks up a name on this system."""


def _of_each(look: Callable[[Patient, Road], Finding]) -> Callable[[Patient], Finding]:
    """Return the check of every address: what is wrong with the first one that has something wrong, else of all."""

    @wraps(look)
    def looked(patient: Patient) -> Finding:
        found = [look(patient, each) for each in patient.roads]
        for worst in (Status.FAIL, Status.WARN):
            for each in found:
                if each.status is worst:
                    return each
        if all(each.status is Status.SKIP for each in found):
            return found[0]
        if len({each.summary for each in found}) == 1:
            return found[0]
        pairs = zip(patient.roads, found, strict=True)
        return ok("; ".join(_naming(each.probe.host, finding.summary) for each, finding in pairs))

    return looked


def _naming(host: str, summary: str) -> str:
    """Return what was found at one address of several, with its host."""
    return summary if host in summary else f"{summary} for {host}"


@_of_each
def proxy(patient: Patient, road: Road) -> Finding:
    """Look for the proxy that the environment names, and check that it can be understood."""
    probe = road.probe
    try:
        named = probe.named_proxy()
    except ConfigError as error:
        install = f"or install it: {places.typed(sys.executable)} -m pip install socksio"
        return failed(error, *[install] * ("socksio" in error.message), *_without(patient, road))
    if named is not None:
        patient.learn_hosts(probe.connected_host)
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


def _without(patient: Patient, road: Road) -> list[str]:
    """Return how to go without the proxy."""
    names = [each for each in proxies.concerning("https", environ) if each.lower() != proxies.EXCEPTIONS]
    if not names:
        return ["check the proxy in the system's settings"]
    unset = " ".join(f"-u {each}" for each in names)
    name = proxies.exceptions_variable(environ)
    more = f"${name}," if environ.get(name) else ""
    return [f"try without it: env {unset} {patient.command}", f'if that works: export {name}="{more}{road.probe.host}"']


@_of_each
def ca(patient: Patient, road: Road) -> Finding:
    """Count the trusted certificates."""
    probe = road.probe
    if not probe.is_secure:
        return skipped("not needed for plain HTTP")
    ca_file = patient.settings.ca_file
    way_out = patient.typed() if ca_file else f"env -u SSL_CERT_FILE -u SSL_CERT_DIR {patient.command}"
    what = "without --ca-file" if ca_file else "with the system's certificates"
    try:
        trusted = probe.trust()
    except ConfigError as error:
        error.message, error.hints = places.shortened(error.message), ()
        return failed(error, f"name a PEM file with CA certificates, or try {what}: {way_out}")
    source = places.short(trusted.source)
    if trusted.authorities == 0:
        return warned(f"there are no CA certificates in {source}", f"try {what}: {way_out}")
    if trusted.authorities is None:
        return ok(source)
    return ok(f"{trusted.authorities} CA certificate{'s' * (trusted.authorities > 1)} in {source}")


@_of_each
def dns(patient: Patient, road: Road) -> Finding:
    """Look up the host, or the proxy's."""
    probe = road.probe
    if probe.is_numeric:
        return ok("not needed: it is an address")
    try:
        found = probe.addresses()
    except ConfigError as error:
        return failed(error, f"correct {road.field}")
    except NetworkError as error:
        if probe.has_proxy:
            error.message += f" (proxy {probe.proxy_place})"
            return failed(error, *filter(None, [proxies.advice("https", environ)]), *_without(patient, road))
        return failed(
            error,
            f"check the network, the name servers and {road.field}: {LOOK_UP} {probe.host}",
            _behind(patient),
        )
    if road.field in patient.own or probe.has_proxy:
        patient.learn_hosts(*found)
    whose = "of the proxy, which looks up the vendor" if probe.has_proxy else f"of {probe.host}"
    few = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if found[3:] else "")
    return ok(f"{few} {whose}")


def _behind(patient: Patient) -> str:
    return f"behind a proxy: env HTTPS_PROXY=PROXY:PORT {patient.command}"


@_of_each
def connect(patient: Patient, road: Road) -> Finding:
    """Open a connection, through the proxy if there is one; TLS is tried at once, unless there are no certificates."""
    probe = road.probe
    try:
        probe.trust()
    except ConfigError:
        road.way = probe.go(secures=False)
    else:
        road.way = probe.go(secures=True)
    way = road.way
    if way.connected is not None:
        through = f" through {probe.proxy_place}" if probe.has_proxy else ""
        return ok(f"port {probe.port} of {probe.host}{through}, in {way.connected * 1000:.0f} ms")
    error = way.error or ConfigError("the connection cannot be opened")
    if not probe.has_proxy:
        error.hints = ()
        return failed(
            error,
            f"check the network, the firewall and {road.field}: curl -v {quote(probe.origin)}",
            *[_behind(patient)] * (not probe.is_local),
        )
    needs_login = error.http_status == 407  # noqa: PLR2004 - proxy authentication required
    named = probe.named_proxy()
    address = probe.proxy_place.replace("://", "://USER:PASSWORD@")
    login = [f"with a name and password for it: export {named.variable}={address}"] if needs_login and named else []
    error.message += f" (proxy {probe.proxy_place})" if probe.proxy_place not in error.message else ""
    return failed(error, *login, *_without(patient, road))


@_of_each
def tls(patient: Patient, road: Road) -> Finding:
    """Tell what was agreed on when the connection was opened."""
    probe, way = road.probe, road.way
    if not probe.is_secure:
        return skipped("not used: plain HTTP")
    if way is None or way.certificate is None:
        error = (way and way.error) or ConfigError("TLS could not be begun")
        if error.message.startswith(_UNREACHED):  # it was, since TLS was begun
            place, _, why = error.message.removeprefix(_UNREACHED).rpartition(": ")
            error.message = f"the TLS handshake with {place} failed: {why}"
        error.hints = tuple(each.replace("base_url", road.field) for each in error.hints)
        private = any("--ca-file" in each for each in error.hints)
        error.hints = tuple(each for each in error.hints if "--ca-file" not in each)
        own = [f"if your own CA issued it: {patient.typed(ca_file='FILE')}"] * private
        if private or "certificate" in error.message:
            return failed(error, f"see whose certificate it is: {_handshake(road)} | {_WHOSE}", *own)
        return failed(error, f"see what the server sends: {_handshake(road)}")
    version, issuer, expires = way.certificate
    if expires is None:
        return ok(f"{version}, certificate checked by the system")
    left = expires - datetime.now(UTC)
    time = f"{left.days} days" if left >= timedelta(days=2) else rounded(max(left.total_seconds(), 0.0))
    said = f"{version}, certificate of {probe.host} from {issuer or 'an unnamed authority'}, {time} left"
    if left >= SOON:
        return ok(said)
    return warned(
        f"{said}: it ends on {expires:%Y-%m-%d}",
        f"its owner must renew it; to see it: {_handshake(road)} | {_WHOSE}",
    )


def _handshake(road: Road) -> str:
    """Return the command that shows the TLS handshake with the server."""
    host, port = road.probe.host, road.probe.port
    server = f"[{host}]" if ":" in host else host
    proxied = f" -proxy {road.probe.proxy_address}" if road.probe.has_proxy else ""
    return f"openssl s_client -connect {server}:{port} -servername {host}{proxied} </dev/null"


STEPS: tuple[Step[Patient], ...] = (
    Step("proxy", proxy, needs=("base_url",)),
    Step("ca", ca, needs=("base_url",)),
    Step("dns", dns, needs=("base_url", "proxy")),
    Step("connect", connect, needs=("dns", "proxy")),
    Step("tls", tls, needs=("connect", "ca")),
)
"""The checks of the way."""
