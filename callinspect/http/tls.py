"""TLS: which certificates are trusted, and errors about those that are not."""

import os
import ssl
import sys
from functools import cache
from os import environ
from pathlib import Path
from typing import NamedTuple

from callinspect.errors import ConfigError, TLSError


@cache
def context(ca_file: str | None) -> ssl.SSLContext:
    """Return the SSL context with the trusted certificates, shared by all threads.

    Args:
        ca_file: file of certificates to trust instead of the system's.

    Raises:
        ConfigError: the file is invalid, or the environment names a missing one.
    """
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file is None:
        _check_variables()
        if _trusts_the_system(trusting):
            return trusting
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        trusting.load_verify_locations(ca_file)
    except (OSError, ssl.SSLError):
        raise ConfigError(f"the certificate file cannot be used: {ca_file}") from None
    return trusting


class Trust(NamedTuple):
    """Where the trusted certificates are, and how many there are, None if that cannot be told."""

    source: str
    authorities: int | None


def trust(ca_file: str | None) -> Trust:
    """Return where the trusted certificates are.

    Raises:
        ConfigError: they cannot be read.
    """
    trusting = context(ca_file)
    if not type(trusting).__module__.startswith("ssl"):
        return Trust("the system's store", None)
    loaded = trusting.cert_store_stats()["x509_ca"]
    if ca_file is not None:
        return Trust(ca_file, loaded)
    paths = ssl.get_default_verify_paths()
    named = environ.get(paths.openssl_cafile_env)  # one that is not PEM is passed over in silence
    if loaded or named:
        return Trust(str(named or paths.cafile), loaded)
    directories = [each for each in (paths.capath or "").split(os.pathsep) if each]
    hashed = {each.resolve() for place in directories for each in Path(place).glob("*.[0-9]")}
    return Trust(str(paths.capath or paths.cafile), len(hashed))


def _check_variables() -> None:
    """Refuse variables that only name missing files: OpenSSL would silently trust nothing."""
    paths = ssl.get_default_verify_paths()
    file, directories = (environ.get(each, "") for each in (paths.openssl_cafile_env, paths.openssl_capath_env))
    named = [(paths.openssl_cafile_env, file)]
    named += [(paths.openssl_capath_env, each) for each in directories.split(os.pathsep)]
    missing = [f"{variable} ({place})" for variable, place in named if place and not os.access(place, os.F_OK)]
    if missing and len(missing) == sum(bool(place) for _, place in named):
        raise ConfigError(f"there are no certificates at {' and '.join(missing)}", hint="correct it, or unset it")


def _trusts_the_system(context: ssl.SSLContext) -> bool:
    """Load a Linux system's certificates from where OpenSSL looks for them; return whether there are any.

    From a directory, OpenSSL reads only those it needs. The bundle with all of them takes 12 ms to read, and truststore
    reads it for every connection.
    """
    paths = ssl.get_default_verify_paths()
    if sys.platform != "linux" or not (paths.cafile or paths.capath):
        return False
    is_hashed = paths.capath is not None and _is_hashed(Path(paths.capath))
    is_given = bool(environ.get(paths.openssl_cafile_env) or environ.get(paths.openssl_capath_env))
    if is_hashed and not is_given and _is_bundle_of(paths.cafile, Path(paths.capath)):
        context.load_verify_locations(capath=paths.capath)
    elif is_hashed or paths.cafile:
        context.set_default_verify_paths()
    else:
        return False
    return True


def _is_hashed(directory: Path) -> bool:
    """Whether a directory has the hashed names by which OpenSSL finds certificates."""
    try:
        return any(each.suffix == ".0" for each in directory.iterdir())
    except OSError:
        return False


def _is_bundle_of(file: str | None, directory: Path) -> bool:
    """Whether the bundle was built from its directory, as on Debian; true if there is no bundle."""
    return file is None or Path(file).resolve().parent == directory.resolve()


_CERTIFICATE_HINTS = {
    9: "check this machine's clock",  # X509_V_ERR_CERT_NOT_YET_VALID
    10: "check this machine's clock",  # X509_V_ERR_CERT_HAS_EXPIRED
    62: "check base_url",  # X509_V_ERR_HOSTNAME_MISMATCH
    64: "check base_url",  # X509_V_ERR_IP_ADDRESS_MISMATCH
}
"""Hints for the verification errors that trusting another authority would not solve."""


def failure(error: ssl.SSLError, peer: str, hint: str | None = None) -> TLSError:
    """Return our error for a failed TLS handshake with a peer, with a hint."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        reason = (error.reason or "unknown reason").replace("_", " ").lower()
        return TLSError(f"the TLS handshake with {peer} failed: {reason}", hint=hint)
    known = _CERTIFICATE_HINTS.get(
        error.verify_code, "for a private certificate authority, use --ca-file or SSL_CERT_FILE"
    )
    return TLSError(
        f"the TLS handshake with {peer} failed: {error.verify_message.rstrip('.')}",
        hint=(known, *filter(None, [hint])),
    )
