"""Every command, and every way to authenticate: found from the program, so that a new one joins by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from typer import Context

from callinspect import providers
from callinspect.cli.main import program
from callinspect.credentials.environment import file_variable, variables
from callinspect.provider import Account, Field, Filters, Provider, Response, Scheme
from callinspect.sandbox import calls
from kit import cases, private_keys
from kit.canary import CORE, canary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Command = tuple[str, ...]
ID = "c-1"
TARGET = f"PROVIDER:{ID}"
SHORT = "0.8"
"""A --timeout for what never ends; a reading that fails is tried again as long as there is time."""

PATIENT = ("--timeout", "30")
"""For what ends by itself, however busy the machine is."""

RECIPES: dict[Command, Command] = {
    ("get",): ("PROVIDER", ID, "--timeout", SHORT),
    ("list",): ("PROVIDER", "--timeout", SHORT),
    ("wait",): ("PROVIDER", ID, "--timeout", SHORT, "--interval", "0.2"),
    ("watch",): ("PROVIDER", ID, "--timeout", SHORT, "--interval", "0.2"),
    ("diff",): (TARGET, TARGET, "--timeout", SHORT),
    ("stats",): ("PROVIDER", "--timeout", SHORT),
    ("identify",): (calls()[0].id,),
    ("doctor",): ("PROVIDER", "--timeout", SHORT),
    ("auth", "login"): ("PROVIDER", "--stdin", "--timeout", SHORT),
    ("auth", "status"): ("PROVIDER",),
    ("auth", "logout"): ("PROVIDER",),
    ("providers",): ("PROVIDER",),
    ("schema",): (),
    ("completion",): ("bash",),
    ("sandbox", "serve"): (),
    ("sandbox", "calls"): ("PROVIDER",),
    ("sandbox", "run"): ("env",),
    ("explain",): ("486",),
    ("help",): ("environment",),
}
"""Arguments with which each command does what it is for."""

ENDLESS = {("sandbox", "serve")}
STARTING = {("sandbox", "run")}
"""The commands that start another program."""

TALK = ("-vv", "--debug")
FORMATS = ((*TALK, "--error-format", "json"), (*TALK, "--error-format", "text"))
ASKING = [command for command in RECIPES if "--timeout" in RECIPES[command]]
"""The commands that ask the vendor: their recipes say how long."""

PROBING = {("doctor",)}
"""Those that also look at an address, or a proxy, to which they send nothing."""

ODD = f"{CORE} ü\u2028{CORE}"
"""A password that is shown with escapes in it, by JSON and on a terminal."""


def is_login(command: Command) -> bool:
    """Whether a command takes credentials on standard input."""
    return "--stdin" in RECIPES[command]


def leaves(command: Any, context: Context, path: Command = ()) -> Iterator[Command]:
    """Give the path of every command below a command."""
    if not hasattr(command, "list_commands"):
        yield path
        return
    for name in command.list_commands(context):
        yield from leaves(command.get_command(context, name), context, (*path, name))


def commands() -> list[Command]:
    """Return every command of the program."""
    whole = program()
    return list(leaves(whole, Context(whole)))


@dataclass(frozen=True)
class Way:
    """A way to authenticate at a vendor."""

    provider: Provider
    scheme: Scheme

    @property
    def name(self) -> str:
        return f"{self.provider.name}, {self.scheme.title}"

    @property
    def needs(self) -> list[Field]:
        """The fields that it takes, those that belong to no way, and every address."""
        names = {*self.provider.required, *self.scheme.needs, *self.usual.keys() - self._ways}
        return [each for each in self.provider.settings if each.name in names or each.url]

    @property
    def usual(self) -> dict[str, str]:
        """The fields of the vendor's usual account, some of which only some commands need."""
        fields: dict[str, str] = cases.account(self.provider.name)["fields"]
        return fields

    @property
    def _ways(self) -> set[str]:
        return {name for scheme in self.provider.schemes for name in scheme.needs}

    @property
    def secrets(self) -> list[Field]:
        return [each for each in self.needs if each.secret]

    @property
    def pages(self) -> bool:
        """Whether the vendor's lists have more than one page."""
        account = Account(base_url="https://vendor.test", values=self.fields("https://vendor.test"))
        page = Response(200, {"link": '<?x=1>; rel="next"'}, b"[]")
        listing = self.provider.listing
        return listing is not None and listing.following(account, page, listing.first(account, Filters())) is not None

    @property
    def buys_tokens(self) -> bool:
        account = Account(base_url="https://vendor.test", values=self.fields("https://vendor.test"))
        return self.scheme.token_request(account, None) is not None

    @property
    def password(self) -> Field | None:
        """The secret that people may have chosen, if there is one: it can be short, or a word."""
        return next((each for each in self.secrets if not each.token), None)

    def fields(self, address: str, **given: str) -> dict[str, str]:
        """Return an account at that address, with the given fields instead of the usual ones."""
        return {each.name: self._value(each, address) for each in self.needs} | given

    def variables(self, address: str, **given: str) -> dict[str, str]:
        """Return the environment variables of that account."""
        fields = self.fields(address, **given)
        return {variables(self.provider, each)[0]: fields[each.name] for each in self.needs}

    def mounted(self, folder: Path, address: str) -> dict[str, str]:
        """Return the variables of that account with every secret in a file, as containers mount them."""
        given = self.variables(address)
        for each in self.secrets:
            path = folder / f"{self.provider.name}-{each.name}"
            path.write_text(f"{given.pop(variables(self.provider, each)[0])}\n", encoding="utf-8")
            given[file_variable(self.provider, each)] = str(path)
        return given

    def set_password(self, password: str) -> dict[str, str]:
        """Return the variable of the password."""
        assert self.password
        return {variables(self.provider, self.password)[0]: password}

    def _value(self, each: Field, address: str) -> str:
        if each.url:
            return address if each.name == "base_url" else f"{address}/{each.name}"
        if each.file:
            return private_keys.rsa()
        if not each.secret:
            return self.usual[each.name] if each.form else f"public-{each.name}"
        return canary(f"{self.provider.name}-{each.name}", plain=each.token)


WAYS = [Way(each, scheme) for name in providers.names() for each in [providers.get(name)] for scheme in each.schemes]
PASSWORDS = [way for way in WAYS if way.password]
