"""The words that `explain` knows, by table."""

from typing import TYPE_CHECKING

from callinspect.reference.tables import CODES

if TYPE_CHECKING:
    from callinspect.provider import Provider


def of(typed: list[str], provider: "Provider | None") -> list[tuple[str, str]]:
    """Return the words of the table that is typed, each with its title; none after a term.

    Args:
        typed: the arguments so far.
        provider: the provider among them.
    """
    first, *more = typed
    if more or not (first in CODES or provider):
        return []
    if provider is None:
        table = CODES[first].read()
    else:
        from callinspect.provider import explained

        table = explained.table(provider)
    return list({each.word: (each.word, each.name or each.title or "") for each in table.entries}.values())
