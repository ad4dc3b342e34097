"""Which calls are meant: `PROVIDER CALL_ID…`, or `PROVIDER:CALL_ID` as one word."""

from collections.abc import Sequence

from callinspect import providers
from callinspect.errors import UsageError
from callinspect.provider import Target, check_id


def read(first: str, others: Sequence[str]) -> list[Target]:
    """Read the words of a command line.

    Args:
        first: a provider, or a provider and an id.
        others: ids, or providers and ids.

    Raises:
        UsageError: there is no such provider, no id, or an id that cannot be one.
    """
    provider, colon, _ = first.partition(":")
    providers.get(provider)
    words = [first, *others] if colon else others
    targets = [_target(word, None if colon else provider) for word in words]
    if not targets:
        raise UsageError("no call id is given", hint=f"callinspect get {provider} CALL_ID")
    for target in targets:
        try:
            check_id(providers.get(target.provider), target.call_id)
        except UsageError as error:
            raise error.about(*target) from None
    return targets


def _target(word: str, default: str | None) -> Target:
    provider, colon, call_id = word.partition(":")
    if colon and (default is None or provider in providers.names()):
        providers.get(provider)
        return Target(provider, call_id)
    if default is None:
        raise UsageError(f"“{word}” names no provider", hint="write PROVIDER:CALL_ID, as in the first word")
    return Target(default, word)


def complete_provider(incomplete: str) -> list[str]:
    """Return the names that a word can become."""
    return [name for name in providers.names() if name.startswith(incomplete)]
