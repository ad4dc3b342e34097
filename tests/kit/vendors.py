"""Vendors as their accounts describe them: what a sweep over all of them needs to know of each."""

import json
import string
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from callinspect import providers
from kit import cases

NAMES = cases.vendors()
CANARY = "canary-5f0c1d"
"""Stands in every secret of an account here."""

PLAIN = next(name for name in NAMES if cases.account(name)["declares"]["base_url"] and not providers.get(name).forgets)
"""A vendor like most: with an address of its own, whose calls can be read when they are over."""

LISTING = [name for name in NAMES if "pages" in cases.account(name)]
"""Those that list calls."""

BUYING = [name for name in NAMES if cases.cases("tokens", name)]
"""Those of which a token is bought before anything else."""


def one_in(usual: int) -> int:
    """Return of how many sorts of things a sweep puts one in a place: more vendors take no more time."""
    return max(usual, -(-usual * len(NAMES) // 4))


def root(vendor: str) -> str:
    """Return the path of a vendor's base URL."""
    of = cases.account(vendor)
    return str(urlsplit(of["fields"].get("base_url") or of["declares"]["base_url"]).path)


def variables(vendor: str, base_url: str, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment's variables of an account there, with other fields than usual where they are given."""
    of = cases.account(vendor)
    declared = of["declares"]["fields"]
    fields = {
        name: f"{CANARY}-{vendor}-{name}" if "secret" in declared.get(name, "") else value
        for name, value in (given or of["fields"]).items()
    }
    return {f"CALLINSPECT_{vendor}_{name}".upper(): value for name, value in {**fields, "base_url": base_url}.items()}


def everywhere(url: str) -> dict[str, str]:
    """Return the variables of a user with an account of every vendor there, each under the path of its own."""
    return {name: value for vendor in NAMES for name, value in variables(vendor, url + root(vendor)).items()}


def path(vendor: str, kind: str) -> str:
    """Return the path that a vendor is asked at: `call`, without its ID, or `list`."""
    of = cases.account(vendor)
    return root(vendor) + str(cases.filled(of[kind], of["fields"])).split(maxsplit=1)[1].partition("{id}")[0]


def suffix(vendor: str) -> str:
    """Return what stands after a call's ID in its path."""
    return str(cases.account(vendor)["call"]).partition("{id}")[2]


@cache
def forms(vendor: str) -> tuple[tuple[str, str], ...]:
    """Return what stands before and after a call's ID in each request for one: of some vendors there are several."""
    usual = cases.account(vendor)["fields"]
    known = [case for case in cases.cases("calls", vendor) if case.exchange and case.fields.items() <= usual.items()]
    asked = (unquote(case.told.request.split()[1]).partition(case.call_id) for case in known)
    found = ((root(vendor) + before, after) for before, _, after in asked)
    return tuple(dict.fromkeys(((path(vendor, "call"), suffix(vendor)), *found)))


def places(vendor: str) -> tuple[str, ...]:
    """Return the paths that a vendor is asked for a call at, each without its ID: of some there are two."""
    return tuple(dict.fromkeys(before for before, _ in forms(vendor)))


PLACES = [(vendor, place) for vendor in NAMES for place in places(vendor)]


def asked_for(target: str) -> str:
    """Return what stands for the call's ID in a path, whoever's it is, and after it; the path where there is none."""
    for vendor, place in PLACES:
        _, before, rest = target.partition(place)
        if before:
            return unquote(rest.partition("?")[0].removesuffix(suffix(vendor)))
    return target


def last_word(address: str) -> str:
    """Return the last word of an address's path, which may end with a slash."""
    return urlsplit(address).path.rstrip("/").rpartition("/")[2]


def verifying(vendor: str) -> str | None:
    """Return the last word of the path at which credentials are checked, where that is no list of calls."""
    if "verified" not in cases.account(vendor):
        return None
    [case] = [case for case in cases.cases("lists", vendor) if case.given.get("of") == "verify"]
    return last_word(case.given["request"])


def least(vendor: str, call_id: str) -> Any:
    """Return the least that is a call of that vendor."""
    return cases.filled(cases.account(vendor)["least"], {"id": sent_id(vendor, call_id)})


def ended(vendor: str, call_id: str) -> Any:
    """Return a call of that vendor that is over."""
    return {**cases.account(vendor)["ended"]["call"], id_key(vendor): sent_id(vendor, call_id)}


def has_numbers(vendor: str) -> bool:
    """Whether a vendor's IDs are numbers."""
    return isinstance(cases.account(vendor).get("id"), int)


def sent_id(vendor: str, call_id: str) -> str | int:
    """Return an ID as the vendor sends it; what is not a number stays a text."""
    return int(call_id) if has_numbers(vendor) and call_id.isdecimal() else call_id


def call_id(vendor: str, name: object) -> str:
    """Return the ID that stands for a name at a vendor: the name itself where an ID may be any text.

    Elsewhere it is the vendor's own example with other last characters, such as its form allows.
    """
    is_fixed = any(form.is_fixed for form in providers.get(vendor).id_forms)
    if not has_numbers(vendor) and not is_fixed:
        return str(name)
    number = _numbers(vendor).setdefault(str(name), len(_numbers(vendor)) + 1)
    characters = list(_example(vendor))
    for place, allowed in _allowed(vendor):
        number, which = divmod(number, len(allowed))
        characters[place] = allowed[which]
    assert number == 0, f"{vendor} has no ID left for {name}"
    return "".join(characters)


@cache
def _numbers(_vendor: str) -> dict[str, int]:
    """Return the numbers of the names that have been asked for."""
    return {}


def _example(vendor: str) -> str:
    return str(cases.account(vendor).get("id") or cases.good(vendor).call_id)


@cache
def _allowed(vendor: str) -> list[tuple[int, str]]:
    """Return which characters each place of the example may have, the last one first, and never two that are alike."""
    provider, example = providers.get(vendor), _example(vendor)
    letters = "" if has_numbers(vendor) else string.ascii_lowercase + string.ascii_uppercase
    found = []
    for place in range(len(example) - 1, 0, -1):
        fitting = [
            each
            for each in string.digits + letters
            if not provider.id_forms or provider.recognizes(example[:place] + each + example[place + 1 :])
        ]
        found.append((place, "".join({each.lower(): each for each in fitting}.values()) or example[place]))
    return found


def id_keys(vendor: str) -> list[str]:
    """Return every key that a call's own ID has in one of a vendor's records."""
    [key] = cases.account(vendor)["least"]
    return [key, *cases.account(vendor).get("other_ids", [])]


def id_key(vendor: str, sent: Any = None) -> str:
    """Return the key of a call's own ID, in the record that was sent if a vendor has several."""
    key, *others = id_keys(vendor)
    return str(next((each for each in others if any(True for _ in calls_in(sent, each))), key))


def pages(vendor: str, calls: Iterable[Any], following: str | None = None) -> list[Any]:
    """Return a list of these calls in every way in which a vendor writes one; addresses where it lists addresses.

    Args:
        vendor: the vendor.
        calls: the calls.
        following: the address of the next page, which some vendors write into the body.
    """
    own = [call_in(call, id_key(vendor, call)) for call in calls]
    addresses = [f"http://h{path(vendor, 'call')}{each[id_key(vendor, each)]}" for each in own]
    known = {"{calls}": own, "{addresses}": addresses, "{next}": following}
    return [_put(page, known) for page in cases.account(vendor).get("pages", [])]


def call_in(sent: Any, key: str) -> Any:
    """Return a call out of what it was sent in."""
    for found in calls_in(sent, key):
        return found
    raise LookupError(f"nothing has a {key} in {sent}")


def calls_in(sent: Any, key: str) -> Iterator[Any]:
    """Give what has that key, the outermost first."""
    level = [sent]
    while level:
        yield from (each for each in level if isinstance(each, dict) and key in each)
        level = [inner for each in level for inner in _inside(each)]


def _inside(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _put(value: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _put(each, known) for key, each in value.items()}
    return known[value] if isinstance(value, str) and value in known else value


def not_found(vendor: str, said: str = "Call not found") -> str:
    """Return what a vendor says of a call that it does not have."""
    return json.dumps(cases.filled(cases.account(vendor)["missing"]["body"], {"text": said}))


def unauthorized(vendor: str) -> bytes:
    """Return what a vendor says, with status 401, to credentials that it does not accept."""
    refused = (case for case in cases.cases("errors", vendor) if case.expected["code"] == "auth_rejected")
    return next(each.content for case in refused for each in case.exchange if each.status == 401)
