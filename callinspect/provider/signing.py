"""Signs tokens with an account's private key (RFC 7515, RS256); `cryptography` is imported when one is signed."""

import json
import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

MIN_BITS = 2048
"""Bits of an RSA key for RS256 (RFC 7518, 3.3)."""

PRIVATE = ("PRIVATE KEY", "RSA PRIVATE KEY")
"""The labels of a key that is taken: PKCS#8 and PKCS#1."""

ENCRYPTED = "is encrypted"

OTHERS = {
    "ENCRYPTED PRIVATE KEY": ENCRYPTED,
    "EC PRIVATE KEY": "is an elliptic curve key",
    "DSA PRIVATE KEY": "is a DSA key",
    "OPENSSH PRIVATE KEY": "is in the format of OpenSSH",
    "PUBLIC KEY": "is a public key",
    "RSA PUBLIC KEY": "is a public key",
    "CERTIFICATE": "is a certificate",
    "CERTIFICATE REQUEST": "is a certificate request",
}
"""What a text with another label is."""

DAMAGED = "is damaged or incomplete"

_BEGIN = re.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----", re.ASCII)


def signed(claims: Mapping[str, Any], text: str) -> str:
    """Return a signed JSON Web Token.

    Args:
        claims: what it says.
        text: the private key, in PEM.

    Raises:
        ValueError: it cannot be used; the error says what it is, as `… is encrypted`, and has no part of it.
        ImportError: `cryptography` is not installed.
    """
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    parts = ({"alg": "RS256", "typ": "JWT"}, claims)
    said = ".".join(_base64(json.dumps(each, separators=(",", ":")).encode()) for each in parts)
    return f"{said}.{_base64(_key(text).sign(said.encode(), PKCS1v15(), SHA256()))}"


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _key(text: str) -> "RSAPrivateKey":
    """Return the private key in a text; it may have any white space between its lines, or none.

    Raises:
        ValueError: there is none that can be used; the error says why.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    body = _body(text)
    try:
        key = load_der_private_key(b64decode(body, validate=True), None)
    except TypeError:  # it wants a password
        raise ValueError(ENCRYPTED) from None
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError(DAMAGED) from None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("is not an RSA key")  # noqa: TRY004 - it is the text that is wrong
    if key.key_size < MIN_BITS:
        raise ValueError(f"is too short: {key.key_size} bits")
    return key


def _body(text: str) -> str:
    """Return the base64 between the lines that begin and end a private key, without white space.

    Raises:
        ValueError: there is none.
    """
    labels = _BEGIN.findall(text)
    label = next((each for each in labels if each in PRIVATE), labels[0] if labels else None)
    if label is None:
        raise ValueError("has no line -----BEGIN PRIVATE KEY-----")
    if label not in PRIVATE:
        raise ValueError(OTHERS.get(label, "is not a private key"))
    body, end, _ = text.partition(f"-----BEGIN {label}-----")[2].partition(f"-----END {label}-----")
    if "ENCRYPTED" in body:
        raise ValueError(ENCRYPTED)
    if not end:
        raise ValueError(DAMAGED)
    return "".join(body.split())
