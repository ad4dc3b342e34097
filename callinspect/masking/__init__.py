"""Masks what tells people apart: numbers, names, addresses, URLs; for `--redact`.

The result is pseudonymous, not anonymous: call IDs and times stay, and who is the same person stays visible.
"""

from typing import TYPE_CHECKING

from callinspect.errors import InternalError

if TYPE_CHECKING:
    from callinspect.model import Call
    from callinspect.provider import Json, Provider


class Masker:
    """Masks calls, documents and texts with one key, and remembers what it has masked.

    Args:
        key: at least 16 bytes; the same key gives the same masks.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def know(self, kind: str, *values: str) -> None:
        """Mask these values wherever they occur, such as the account's own number: as `account-…`, say."""

    def keep(self, *values: str) -> None:
        """Keep these values wherever they occur: the IDs of the calls that were asked for."""

    def call(self, call: "Call", provider: "Provider") -> "Call":
        """Return a call with every value masked that is not known to be harmless."""
        raise InternalError("not yet")

    def document(self, document: "Json", provider: "Provider") -> "Json":
        """Return a vendor's document with every value masked that its provider does not list as public."""
        raise InternalError("not yet")

    def text(self, text: str) -> str:
        """Return a sentence, of ours or a vendor's, with what was masked before and what looks like it masked."""
        return text

    def finished(self, text: str) -> str:
        """Return a finished output, in which what was masked is looked for once more.

        Raises:
            InternalError: something is left in it.
        """
        return text
