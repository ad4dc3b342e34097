"""Masks what tells people apart: numbers, names, addresses, URLs; for `--redact`.

The result is pseudonymous, not anonymous: call IDs and times stay, and who is the same person stays visible.
"""

from typing import TYPE_CHECKING, Literal

from callinspect.masking import documents, forms, texts
from callinspect.masking.known import Known
from callinspect.masking.letters import Letters
from callinspect.masking.marks import Marks
from callinspect.masking.plain import Plain
from callinspect.masking.records import Records

if TYPE_CHECKING:
    from callinspect.model import Call
    from callinspect.provider import Json, Provider


class Masker:
    """Masks calls, documents and texts with one key, and remembers what it has masked. Any thread may use it.

    Args:
        key: at least 16 bytes; the same key gives the same masks.
    """

    def __init__(self, key: bytes) -> None:
        self._letters = Letters(key)
        self._known = Known()
        self.know("text", key.decode("latin-1").strip())  # it is a secret itself

    def value(self, kind: forms.Kind | Literal["number"], value: str) -> str:
        """Return what stands for a value.

        Args:
            kind: what it is. A name or number is masked by its form.
            value: the value.
        """
        marks = self._marks()
        match kind:
            case "name":
                return marks.name(value)
            case "number":
                return marks.number(value)
            case "url":
                return marks.url(value)
        return marks.marked(kind, value)

    def know(self, kind: forms.Kind | Literal["number"], *values: str) -> None:
        """Mask these values in sentences, such as the account's own number, with the masks of their kind.

        In records and documents they are masked anyway, and as they are where nothing is known.
        """
        for value in values:
            mask = self.value(kind, value)
            self._known.account[forms.folded(value)] = mask
            self._known.add(value, mask, lasts=True)

    def keep(self, *values: str) -> None:
        """Keep these values wherever they occur: the IDs of the calls that were asked for."""
        for value in values:
            self._known.keep(value)

    def call(self, call: "Call", provider: "Provider") -> "Call":
        """Return a call with every value masked that is not known to be harmless.

        Raises:
            InternalError: it cannot be masked.
        """
        return Records(self._marks(), provider).call(call)

    def document(
        self, document: "Json", provider: "Provider", call: "Call | None" = None, call_id: str | None = None
    ) -> "Json":
        """Return a vendor's document with every value masked that its provider does not list as public.

        Args:
            document: the document.
            provider: the vendor.
            call: the call that it is about, if it is one: what its record masks has the same masks here.
            call_id: the ID that was asked for, which stays.

        Raises:
            InternalError: the call cannot be masked.
        """
        marks = self._marks()
        if call_id is not None:
            marks.keep(call_id)
        if call is not None:
            Records(marks, provider).call(call)
        paths = documents.Paths(provider.public, provider.envelopes, Plain(provider, marks))
        documents.masked(document, marks, marks.value, paths)  # so that all names are known when fields are shown
        masked: Json = documents.masked(document, marks, marks.value, paths)
        return masked

    def text(self, text: str) -> str:
        """Return a sentence, of ours or a vendor's, with what was masked before and what looks like it masked."""
        return texts.masked(text, self._marks())

    def finished(self, text: str) -> str:
        """Return a finished output, in which what was masked is looked for once more, and masked.

        Raises:
            InternalError: something is left in it.
        """
        return texts.finished(text, self._known)

    def _marks(self) -> Marks:
        return Marks(self._letters, self._known)
