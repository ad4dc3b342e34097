"""Keys and signed tokens, for vendors that take JSON Web Tokens; both need the package cryptography."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


class Keyed(Mapping[str, str]):
    """An account with a private key, which is made when it is asked for.

    That takes a moment, and `cryptography`: a vendor whose `way` is another one can be emulated without.

    Args:
        account: the other credentials, by the names of the provider's fields.
        field: the field that has the key.
    """

    def __init__(self, account: Mapping[str, str], field: str = "private_key") -> None:
        self._account = account
        self._field = field

    def __getitem__(self, name: str) -> str:
        return _text() if name == self._field else self._account[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._account
        yield self._field

    def __len__(self) -> int:
        return len(self._account) + 1

    def __contains__(self, name: object) -> bool:
        return name == self._field or name in self._account


def claims(token: str) -> dict[str, Any] | None:
    """Return what a token says that is signed with the key of this sandbox, by RS256; None for any other text."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        said, _, signature = token.rpartition(".")
        head, body = (json.loads(_decoded(each)) for each in said.split("."))
        if head != {"alg": "RS256", "typ": "JWT"} or not isinstance(body, dict):
            return None
        _key().public_key().verify(_decoded(signature), said.encode(), PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature):
        return None
    return body


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@cache
def _key() -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    return generate_private_key(65537, 2048)


@cache
def _text() -> str:
    r"""Return the key as PKCS#8 in PEM, in one line: `\n` stands for line ends, as in the environment."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return _key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode().strip().replace("\n", "\\n")
