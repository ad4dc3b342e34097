"""Options that take several words, separated by commas or by repeating the option."""

from collections.abc import Collection, Iterable

from callinspect.errors import UsageError


def several(given: Iterable[str] | None, option: str, known: Collection[str] | None = None) -> list[str]:
    """Return the words of an option; known ones may be in upper or lower case.

    Args:
        given: the option's values, each one word or several with commas.
        option: the option, for the message.
        known: the words that it takes, None for any.

    Raises:
        UsageError: a word is empty or unknown; it is not repeated.
    """
    found = [word.strip() for each in given or () for word in each.split(",")]
    if known is None:
        if "" in found:
            raise UsageError(f"{option} has an empty word")
        return found
    from callinspect.client import asked

    return asked.words(found, option, tuple(known))
