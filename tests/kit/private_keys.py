"""Private keys, made when they are needed and never kept."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import rsa as rsa_keys
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


@cache
def rsa_key(bits: int = 2048) -> RSAPrivateKey:
    """Return an RSA key, the same one in this process."""
    return rsa_keys.generate_private_key(65537, bits)


@cache
def rsa(bits: int = 2048) -> str:
    """Return that key as vendors hand keys out: PKCS#8 in PEM."""
    return rsa_key(bits).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


MADE = {"rsa": rsa}
"""What stands for a key in an account: `{"key": "rsa"}` is a new one."""


def parts(text: str) -> list[str]:
    """Return the lines of a key that tell something of it."""
    return [line for line in text.replace("\\n", "\n").splitlines() if len(line) > 20 and not line.startswith("-")]
