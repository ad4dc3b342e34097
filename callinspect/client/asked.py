"""What may be asked of providers: calls, the extras that one has, and the calls that it can list."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from callinspect import providers
from callinspect.duration import MAX_TIMEOUT, MIN_RATE, MIN_TIMEOUT
from callinspect.errors import CallinspectError, UsageError, either, suggestion
from callinspect.model import Call
from callinspect.provider import Extras, Listing, Provider, Target
from callinspect.provider.extras import ALL
from callinspect.provider.reader import shown

if TYPE_CHECKING:
    from callinspect.client.filters import Wanted

Words = str | Iterable[str]
"""One word, or several."""

FIELDS = {"since": "time", "until": "time"}
"""The field that a filter compares with, if it has another name."""

NEEDED = {"number": frozenset({"from", "to"})}
"""The fields of which a filter needs one, if it is not the one of its name."""

_NUMBER = re.compile(r"(?=.*[0-9])[+0-9*#()\s./-]+", re.ASCII)
"""A number in any spelling."""

_WITH_REGION = re.compile(r"(\+[0-9()\s./-]+)\s[A-Z]{2}")
"""A number as it stands on a card, with its region."""

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+", re.ASCII)
"""An address with a scheme, such as `sip:` or `client:`."""


def extras(asked: Sequence[Provider], named: Iterable[str], without: Iterable[str] = (), *, option: str) -> Extras:
    """Return which related data to read.

    Args:
        asked: the providers of the calls.
        named: what to read.
        without: what not to read.
        option: how what to read is given, for the hint.

    Raises:
        UsageError: none of the providers has related data of that name.
    """
    named, without = tuple(named), tuple(without)
    found = Extras(frozenset(map(str.lower, named)), frozenset(map(str.lower, without)))
    unknown = set.intersection(*(set(found.unknown(each.extras)) for each in asked))
    if not unknown:
        return found
    name = next(each for each in (*named, *without) if each.lower() in unknown)
    known = list(dict.fromkeys(each for provider in asked for each in provider.extras))
    whose = f"{asked[0].name} has no" if len(asked) == 1 else "no provider has"
    hint = f"{option} takes {either([*known, ALL])} here" if known else "there is nothing more to read"
    raise UsageError(f"{whose} {shown(name)} to read with a call", hint=hint)


def check(wanted: "Wanted", spelled: str = "{}") -> "Wanted":
    """Return which calls to list after a check.

    Args:
        wanted: which calls.
        spelled: how a filter is given, with its name in braces, for messages.

    Raises:
        UsageError: a number is none, a time is in the future or after the other one, or no call is wanted.
    """
    number, from_, to = map(_as_typed, (wanted.number, wanted.from_, wanted.to))
    wanted = wanted._replace(number=number, from_=from_, to=to)
    for name, number in (("number", wanted.number), ("from", wanted.from_), ("to", wanted.to)):
        if number is not None and not _is_text(number):
            raise UsageError(f"{spelled.format(name)} takes a text, such as +19195550134")
        if number is not None and not ("@" in number or _NUMBER.fullmatch(number) or _URI.fullmatch(number)):
            raise UsageError(f"{spelled.format(name)} takes a number, such as +19195550134, not “{number}”")
    for name, moment in (("since", wanted.since), ("until", wanted.until)):
        if moment is not None and moment > datetime.now(UTC):
            raise UsageError(f"{spelled.format(name)} is in the future")
    if wanted.since and wanted.until and wanted.since > wanted.until:
        raise UsageError(f"{spelled.format('since')} is after {spelled.format('until')}")
    if wanted.limit is not None and wanted.limit < 1:
        raise UsageError(f"{spelled.format('limit')} takes a number from 1")
    return wanted


def _as_typed(number: str | None) -> str | None:
    """Return a number that may have been copied from a card as it would be typed."""
    if number is None or not _is_text(number):
        return number
    found = _WITH_REGION.fullmatch(number)
    return (found[1] if found else number).replace("\xa0", " ")


def lack(provider: Provider, wanted: "Wanted", spelled: str = "{}") -> str:
    """Return why a provider cannot list such calls, empty if it can.

    Args:
        provider: the provider.
        wanted: which calls to list.
        spelled: how a filter is given, with its name in braces.
    """
    if provider.listing is None:
        return "it does not list calls"
    for name in sorted(wanted.given):
        if NEEDED.get(name, frozenset({name})) <= provider.listing.lacks:
            return f"its calls have no {FIELDS.get(name, name)}, so {spelled.format(name)} cannot be applied"
    if wanted.states and provider.listing.states and wanted.states.isdisjoint(provider.listing.states):
        return f"none of its calls is ever {either(sorted(wanted.states))}"
    return ""


def check_parameters(provider: Provider, listing: Listing, given: Mapping[str, str]) -> None:
    """Check that a list has the parameters, and that their values are possible.

    Raises:
        UsageError: it does not, or they are not.
    """
    for name in given:
        if name not in listing.options:
            known = ", ".join(f"{each} ({meaning})" for each, meaning in listing.options.items()) or "none"
            hint = suggestion(name, listing.options, f"its parameters: {known}")
            raise UsageError(f"{provider.name} has no parameter “{name}”", hint=hint)
        if not re.fullmatch(listing.forms.get(name, "(?s).*"), given[name]):
            raise UsageError(f"{name} cannot be “{given[name]}”", hint=f"{name}: {listing.options[name]}")


def reads(provider: Provider, wanted: "Wanted") -> str | None:
    """Return what to say of which calls are listed, None if that goes without saying."""
    if provider.listing is None or provider.listing.reads is None:
        return None
    return f"listing {provider.title}'s {provider.listing.reads(wanted.sent(provider.listing))}"


def provider(name: str) -> Provider:
    """Return the provider of that name.

    Raises:
        UsageError: there is none.
        ConfigError: it cannot be loaded.
    """
    if not _is_text(name):
        raise UsageError("provider takes a provider's name")
    return providers.get(name)


def several(given: Iterable[Any]) -> Iterable[Any]:
    """Return targets, after a check that they are not a single one, or none.

    Raises:
        UsageError: they are.
    """
    is_one = isinstance(given, str | bytes | Mapping | Call | CallinspectError)
    is_one = is_one or (isinstance(given, tuple | list) and isinstance(target(given), Target))
    if is_one or not (hasattr(given, "__iter__") or hasattr(given, "__getitem__")):
        raise UsageError("get_many takes several targets: put one into a list")
    return given


def target(given: Any) -> Target | CallinspectError:
    """Return the call that a target names, or the error in its place."""
    if isinstance(given, CallinspectError):
        return given
    provider: Any = None
    call_id: Any = None
    if isinstance(given, str):
        provider, _, call_id = given.partition(":")
    elif isinstance(given, Call):
        provider, call_id = given.provider, given.id
    elif isinstance(given, Mapping):
        provider, call_id = given.get("provider"), given.get("id")
    elif isinstance(given, tuple | list) and len(given) == 2:  # noqa: PLR2004 - a pair
        provider, call_id = given
    if not (isinstance(provider, str) and isinstance(call_id, str) and provider and call_id):
        return UsageError("a target is a provider and a call ID: a pair, provider:call_id, or a record")
    try:
        return Target(providers.get(provider).name, call_id)
    except CallinspectError as error:
        return error.about(provider, call_id).detached()


def words(given: Words, name: str = "", known: tuple[str, ...] = ()) -> list[str]:
    """Return words as given; known ones may be in upper or lower case.

    Raises:
        UsageError: they are no words, or one is not known.
    """
    found = [given] if isinstance(given, str) else list(given) if isinstance(given, Iterable) else [given]
    if not all(map(_is_text, found)):
        raise UsageError(f"{name} takes a word, or several")
    for word in found if known else ():
        if word.lower() not in known:
            raise UsageError(f"{name} must be {either(known)}", hint=suggestion(word.lower(), known))
    return [word.lower() for word in found] if known else found


def aware(name: str, moment: datetime | None) -> datetime | None:
    """Return a time in UTC.

    Raises:
        UsageError: it is none, or could be at any time, having no zone.
    """
    if moment is None:
        return None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise UsageError(f"{name} takes a datetime with a zone, such as datetime.now(UTC)")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise UsageError(f"{name} is beyond any time in UTC") from None


def seconds(timeout: float) -> float:
    """Return a time limit, which other libraries' numbers can be as well.

    Raises:
        UsageError: it cannot be one.
    """
    if not (_is_number(timeout) and MIN_TIMEOUT <= timeout <= MAX_TIMEOUT):
        raise UsageError(f"timeout takes seconds, from {MIN_TIMEOUT:g} to {MAX_TIMEOUT:.0f}")
    return float(timeout)


def rate(given: float | None) -> float | None:
    """Return the requests per second, if a rate is given; other libraries' numbers do as well.

    Raises:
        UsageError: there is no such rate.
    """
    if given is not None and not (_is_number(given) and MIN_RATE <= given < float("inf")):
        raise UsageError("rate takes requests per second")
    return None if given is None else float(given)


def whole(name: str, given: int, most: int | None = None) -> int:
    """Return a number that counts something, which other libraries' integers do as well.

    Raises:
        UsageError: it is no whole number, or not from 1 to *most*.
    """
    found = given.__index__() if hasattr(given, "__index__") else 0
    if not 1 <= found <= (most or found):
        raise UsageError(f"{name} takes a number from 1" + (f" to {most}" if most else ""))
    return found


def text(name: str, given: str | None) -> str | None:
    """Return a text, if one is given.

    Raises:
        UsageError: it is something else, which is not repeated.
    """
    if not (given is None or _is_text(given)):
        raise UsageError(f"{name} takes a text")
    return given


def path(name: str, given: str | os.PathLike[str] | None) -> str | None:
    """Return a path, if one is given.

    Raises:
        UsageError: it is none.
    """
    if not (given is None or isinstance(given, str | os.PathLike)):
        raise UsageError(f"{name} takes a path")
    return None if given is None else os.fspath(given)


def texts(name: str, given: Mapping[str, str]) -> Mapping[str, str]:
    """Return texts by name.

    Raises:
        UsageError: they are something else; the message does not repeat it, since it may contain a secret.
    """
    if not (isinstance(given, Mapping) and all(_is_text(each) for pair in given.items() for each in pair)):
        raise UsageError(f"{name} takes a mapping of texts to texts")
    return given


def _is_text(given: object) -> bool:
    return isinstance(given, str)


def _is_number(given: object) -> bool:
    """Whether it is a number, of Python's or of another library."""
    return hasattr(given, "__float__")
