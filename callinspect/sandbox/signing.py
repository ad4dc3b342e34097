"""The key of an account that signs tokens; making it needs the package cryptography."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


class Keyed(Mapping[str, str]):
    """An account with a private key, which is made when it is asked for.

    That takes a moment, and `cryptography`; a vendor whose `way` is another one can be emulated without the package.

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


@cache
def _key() -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    return generate_private_key(65537, 2048)


@cache
def _text() -> str:
    r"""Return the key as PKCS#8 in PEM, in one line: `\n` stands for line ends, as in the environment."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return _key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode().strip().replace("\n", "\\n")
