"""Vendors as their accounts describe them: what a sweep over all of them needs to know of each."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from kit import cases

NAMES = cases.vendors()
CANARY = "canary-5f0c1d"
"""Stands in every secret of an account here."""

CROWD = max(1, len(NAMES) // 4)
"""Where a sweep puts all sorts of things in every place, it puts one in so many: more vendors take no more time."""

LISTING = [name for name in NAMES if "pages" in cases.account(name)]
"""Those that list calls."""

BUYING = [name for name in NAMES if cases.cases("tokens", name)]
"""Those of which a token is bought before anything else."""


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
    return root(vendor) + str(cases.filled(of[kind], of["fields"])).split(maxsplit=1)[1].removesuffix("{id}")


def least(vendor: str, call_id: str) -> Any:
    """Return the least that is a call of that vendor."""
    return cases.filled(cases.account(vendor)["least"], {"id": call_id})


def id_key(vendor: str) -> str:
    """Return the key of a call's own ID."""
    [key] = cases.account(vendor)["least"]
    return str(key)


def pages(vendor: str, calls: Iterable[Any]) -> list[Any]:
    """Return a list of these calls in every way in which a vendor writes one; addresses where it lists addresses."""
    calls = list(calls)
    addresses = [f"http://h{path(vendor, 'call')}{each[id_key(vendor)]}" for each in calls]
    return [_put(page, {"{calls}": calls, "{addresses}": addresses}) for page in cases.account(vendor).get("pages", [])]


def _put(value: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _put(each, known) for key, each in value.items()}
    return known[value] if isinstance(value, str) and value in known else value


def not_found(vendor: str, said: str = "Call not found") -> str:
    """Return what a vendor says of a call that it does not have."""
    return json.dumps(cases.filled(cases.account(vendor)["missing"]["body"], {"text": said}))
