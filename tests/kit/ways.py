"""Ways to authenticate, by what a test needs of one: a test that takes `TOKEN` or `CLIENT` knows no vendor's name.

They are found among what the vendors' accounts declare (`tests/providers/<name>/account.json`) and the sandbox accepts.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pytest

from callinspect import providers
from callinspect.provider.extras import never
from kit import cases, vendors
from kit.credential_runs import ACCEPTED

HELD = "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----"
"""What a file holds."""


class Way(NamedTuple):
    """One way to authenticate at a vendor.

    Attributes:
        provider: whose.
        number: its place among the ways of that vendor.
    """

    provider: str
    number: int

    def __str__(self) -> str:
        return f"{self.provider}-{self.number}"

    @property
    def declared(self) -> dict[str, Any]:
        """What the provider says of itself."""
        declared: dict[str, Any] = cases.account(self.provider)["declares"]
        return declared

    @property
    def scheme(self) -> tuple[str, ...]:
        """The fields that are this way's own."""
        return tuple(self.declared["schemes"][self.number])

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are needed, in the order in which they are asked for; the base URL is not among them."""
        return tuple(dict.fromkeys([*self.declared["required"], *self.scheme]))

    @property
    def needs(self) -> tuple[str, ...]:
        """All that is needed: the base URL too where the vendor has none of its own."""
        return (*(["base_url"] if self.base_url is None else []), *self.fields)

    @property
    def base_url(self) -> str | None:
        """The vendor's own address, None where the user has a server of their own."""
        url: str | None = self.declared["base_url"]
        return url

    @property
    def is_one_of_several(self) -> bool:
        """Whether the vendor has other ways besides."""
        return len(self.declared["schemes"]) > 1

    @property
    def grant(self) -> str | None:
        """What is exchanged for a token, as OAuth calls it; None where no token is needed."""
        for case in cases.cases("tokens", self.provider):
            if case.given.get("scheme", 0) == self.number:
                return str(case.given.get("form", {}).get("grant_type", "another"))
        return None

    @property
    def token_url(self) -> str:
        """The vendor's own address for tokens, as the case says that gives no other."""
        [first, *_] = [case for case in cases.cases("tokens", self.provider) if "token_url" not in case.fields]
        return str(first.given["request"].partition(" ")[2])

    @property
    def account(self) -> dict[str, str]:
        """The account that the sandbox accepts."""
        return {field: ACCEPTED[self.provider][field] for field in self.fields}

    def given(self, text: str, *fields: str) -> dict[str, str]:
        """Return these fields with that text, or as in the usual account where the vendor fixes what they look like.

        A file is one that holds the text.
        """
        usual = cases.account(self.provider)["fields"]
        fixed = {each.name for each in providers.get(self.provider).settings if each.form}
        held = {field: HELD.format(text) if self.is_file(field) else text for field in fields}
        return {field: usual[field] if field in fixed else value for field, value in held.items()}

    @property
    def item(self) -> str:
        """The name of the keyring's item."""
        return f"{self.provider}/default"

    @property
    def secret(self) -> str:
        """The field that is the secret, the last one where there are several."""
        return [field for field in self.scheme if self.is_secret(field)][-1]

    @property
    def shown(self) -> tuple[str, ...]:
        """The fields that are no secret."""
        return tuple(field for field in self.fields if not self.is_secret(field))

    def _words(self, field: str) -> list[str]:
        return str(self.declared["fields"].get(field, "")).split()

    def is_secret(self, field: str) -> bool:
        """Whether a field is never shown."""
        return "secret" in self._words(field) or self.is_file(field)

    def is_file(self, field: str) -> bool:
        """Whether a field is a file, or the text in one."""
        return "file" in self._words(field)

    def is_password(self, field: str) -> bool:
        """Whether a field is a secret that may be any text, nothing too."""
        return self.is_secret(field) and "token" not in self._words(field)

    def variable(self, field: str) -> str:
        """Return the variable of our own for a field."""
        return f"CALLINSPECT_{self.provider}_{field}".upper().replace("-", "_")

    def variables(self, **fields: str) -> dict[str, str]:
        """Return the variables of our own that hold these fields."""
        return {self.variable(field): value for field, value in fields.items()}

    def customary(self, field: str) -> str | None:
        """Return the vendor's own variable for a field, None when there is none."""
        return next((word for word in self._words(field) if word[0].isupper()), None)

    @property
    def has_customary_names(self) -> bool:
        """Whether the vendor has a variable of its own for every field."""
        return all(map(self.customary, self.fields))

    def customary_variables(self, **fields: str) -> dict[str, str]:
        """Return the vendor's own variables that hold these fields."""
        return {str(self.customary(field)): value for field, value in fields.items()}


DECLARED = [
    Way(name, number) for name in vendors.NAMES for number, _ in enumerate(cases.account(name)["declares"]["schemes"])
]
"""Every way of every vendor."""

ACCEPTED_WAYS = [way for way in DECLARED if ACCEPTED[way.provider].keys() >= {*way.fields}]
"""Those that the sandbox accepts."""


def each_way(ways: Iterable[Way]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("way", [*ways], ids=str)


def _first(what: str, fits: Callable[[Way], bool]) -> Way:
    for way in ACCEPTED_WAYS:
        if fits(way):
            return way
    raise LookupError(f"these tests need a vendor that takes {what}, and the sandbox accepts none")


def _asks_once(way: Way) -> bool:
    """Whether nothing is read about a call besides the call, unless it is asked for."""
    return all(each.by_default is never for each in providers.get(way.provider).extras.values())


TOKEN = _first(
    "one token and nothing else, at an address of its own, and has a customary variable for it",
    lambda way: (
        len(way.fields) == 1
        and way.grant is None
        and way.has_customary_names
        and "{" not in (way.base_url or "{")
        and "base_url" not in way.declared["fields"]
        and _asks_once(way)
    ),
)
CLIENT = _first(
    "a client id and secret, buys tokens with them at an address that can be set, and lists calls",
    lambda way: (
        way.grant == "client_credentials"
        and "token_url" in way.declared["fields"]
        and way.provider in vendors.LISTING
        and _asks_once(way)
    ),
)
REFRESH = _first(
    "a refresh token, or an access token in its place",
    lambda way: (
        way.grant == "refresh_token"
        and "access_token" in way.declared["fields"]
        and "{" not in (way.base_url or "{")
        and _asks_once(way)
    ),
)
PASSWORD = _first(
    "a user name and a password, and lists calls",
    lambda way: len(way.scheme) == 2 and way.is_password(way.scheme[1]) and way.provider in vendors.LISTING,
)
SERVER = _first(
    "a user name and a password on a server of the user's own",
    lambda way: way.base_url is None and len(way.scheme) == 2 and way.is_password(way.scheme[1]),
)
