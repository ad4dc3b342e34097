"""What can be read besides a call, and what is wanted of it."""

from collections.abc import Callable, Generator, Mapping
from typing import Any, NamedTuple

from callinspect.model import Call
from callinspect.provider.exchange import Account, Document, Incomplete, Request, Response
from callinspect.provider.parsing import Json

ExtraFlow = Generator[Request, Response, Json | Incomplete]
"""Yields requests, receives their responses, returns what was read. A failed request raises at its `yield`."""


MAX_PARTS = 1000
"""Events, recordings, transcriptions or legs of a call that are read."""


def never(_document: Document) -> bool:
    """Return that nothing is read unless it is asked for."""
    return False


class Extra(NamedTuple):
    """Related data of a call, read by `--with` (see `callinspect.provider.reading_extras`).

    Attributes:
        description: what it adds, in a few words.
        fetch: describes the requests for it, whose addresses are built from IDs: account, and the call's document with
            the extras that were read before.
        read: reads it into what `Related` has under its name: the JSON value, the call, and a list for warnings. None
            if `Related` has no such key: it goes to `vendor` as sent.
        public: the paths in `vendor` of each of its parts whose values may be shown with --redact, separated by spaces
            (see `Provider.public`).
        by_default: whether it is read without `--with` where one call is read, by the call's document.
    """

    description: str
    fetch: Callable[[Account, Document], ExtraFlow]
    read: Callable[[Json, Call, list[str]], Any] | None = None
    by_default: Callable[[Document], bool] = never
    public: str = ""


ALL = "all"
"""Stands for every extra that a vendor has."""


class Extras(NamedTuple):
    """Which related data to read with a call.

    Attributes:
        names: names of extras, or `all`.
        without: names of extras that are not read, or `all`.
        is_alone: whether this is the only call that is read: then what the provider reads by default is read as well,
            and the record has a timeline.
    """

    names: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    is_alone: bool = False

    def wants(self, name: str, extra: Extra, document: Document) -> bool:
        """Whether to read an extra of a call."""
        if {name, ALL} & self.without:
            return False
        return bool({name, ALL} & self.names) or (self.is_alone and extra.by_default(document))

    def unknown(self, extras: Mapping[str, Extra]) -> list[str]:
        """Return the names that are none of a provider's extras."""
        return sorted((self.names | self.without) - extras.keys() - {ALL})
