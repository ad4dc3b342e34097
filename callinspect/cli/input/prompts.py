"""Reads the account fields for `auth login`, from standard input or from prompts on the terminal."""

import codecs
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

import typer

from callinspect import stdio
from callinspect.cli.console import streams, terminal
from callinspect.cli.input import files
from callinspect.credentials import explaining
from callinspect.credentials import files as value_files
from callinspect.credentials.finding import sent_to
from callinspect.credentials.values import ENTERED, canonical, check, deciding, known_fields, with_defaults
from callinspect.errors import ConfigError, UsageError
from callinspect.model import EMPTY
from callinspect.provider import ALLOW_HTTP, BASE_URL, Field, Provider, Scheme, address

MAX_INPUT = 256 * 1024
"""Bytes of an account's fields on standard input; a private key has at most 16 KiB."""

_PEM = re.compile("-----BEGIN .*?-----END [^\n]*", re.DOTALL)
"""A value of several lines: a key."""

_END = "-----END "
"""The last line of a key has it."""

Shown = Callable[[Provider, str, str | None], str | None]
"""Returns the value of a provider's field, by its name, as it may be shown."""

_ANSWERS = {"y": True, "yes": True, "n": False, "no": False}

UTF8_HINT = "in Windows PowerShell, set $OutputEncoding = [Text.Encoding]::UTF8 first"
"""The hint for standard input in another encoding."""


def read(provider: Provider) -> dict[str, str]:
    """Read fields from standard input: NAME=VALUE lines, or a JSON object.

    Raises:
        UsageError: it contains neither, or a field does not exist.
    """
    text = _input()
    if text.lstrip().startswith("{"):
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            raise UsageError("standard input is not a valid JSON object") from None
    else:
        text = _PEM.sub(lambda found: found[0].replace("\n", "\\n"), text.replace("\r\n", "\n"))
        lines = [line for line in text.split("\n") if line.strip() and not line.startswith("#")]
        if not all("=" in line for line in lines):
            raise UsageError("standard input must be NAME=VALUE lines or a JSON object")
        values = {name.strip(): value for name, _, value in (line.partition("=") for line in lines)}
    known_fields(provider, values)
    if not all(isinstance(value, str) for value in values.values()):
        raise UsageError("the values on standard input must be strings")
    return dict(values)


def _input() -> str:
    """Read standard input as text, in the locale's encoding or, after a byte order mark, UTF-8.

    Raises:
        UsageError: it is not text, or too long.
    """
    if stdio.source is None:
        return ""
    content = stdio.source.buffer.read(MAX_INPUT + 1)
    if len(content) > MAX_INPUT:
        raise UsageError("standard input is too long for credentials")
    encoding = files.foreign_encoding(content)
    if encoding:
        raise UsageError(f"standard input {encoding}", hint=UTF8_HINT)
    try:
        if content.startswith(codecs.BOM_UTF8):
            return content.decode("utf-8-sig")
        return content.decode(stdio.source.encoding, stdio.source.errors or "strict")
    except UnicodeDecodeError:
        raise UsageError("standard input is not text") from None


def check_terminal(*, is_allowed: bool, hint: str = "pass the fields with --stdin") -> None:
    """Check that prompts are possible.

    Args:
        is_allowed: whether the options allow prompts.
        hint: what to do without them.

    Raises:
        UsageError: prompts are not allowed, or there is no terminal.
    """
    if not is_allowed or not (stdio.source and stdio.source.isatty()):
        raise UsageError("there is no terminal to prompt on", hint=hint)


class Entered(NamedTuple):
    """What was entered: the way that was chosen, and the values of its fields."""

    scheme: Scheme | None = None
    values: Mapping[str, str] = EMPTY


def ask(provider: Provider, known: Mapping[str, str], before: Entered, shown: Shown) -> Entered:
    """Prompt for the fields of one scheme; the addresses that they will be sent to are printed before any secret.

    A value that fails its own check is asked for again.

    Args:
        provider: the provider.
        known: values to use without a prompt.
        before: what was entered before: the way, and the values that are not secret, are offered again.
        shown: returns a field's value as it may be shown.

    Raises:
        ConfigError: a known address cannot be used.
    """
    values = dict(known)
    with stdio.prompting():
        scheme = _choose_scheme(provider, before.scheme)
        streams.write_sentence(f"Where to find them: {provider.credentials_help or provider.docs}")
        if warning := explaining.ending(provider, scheme):
            streams.write_sentence(f"{warning}.")
        first, others = _in_order(provider, scheme, known)
        for each in first:
            values |= _asked(provider, each, values, before.values, shown)
        places = sent_to(provider, scheme, values)
        how = ", unencrypted" if any(explaining.unencrypted(provider, each) for each in places) else ""
        streams.write_sentence(f"Your credentials will be sent to {' and '.join(places)}{how}.")
        for each in others:
            values |= _asked(provider, each, values, before.values, shown)
    return Entered(scheme, values)


def choose_provider(known: list[Provider]) -> Provider:
    """Ask which provider it is."""
    with stdio.prompting():
        width = max(len(each.name) for each in known)
        return known[_chosen([f"{each.name:{width}}  {each.title}" for each in known], "Which provider", default=None)]


def confirmed(question: str, *, default: bool) -> bool:
    """Ask whether to do something."""
    shown = f"{question} [{'Y/n' if default else 'y/N'}]"
    with stdio.prompting(), _line_ended():
        while True:
            answer = str(typer.prompt(shown, default="", show_default=False, err=True)).strip().lower()
            if answer in _ANSWERS:
                return _ANSWERS[answer]
            if not answer:
                return default
            streams.write_error("Answer y or n.")


def _in_order(provider: Provider, scheme: Scheme, known: Mapping[str, str]) -> tuple[list[Field], list[Field]]:
    """Return the fields to ask for: those that decide where credentials are sent, and the others.

    What only stands in the usual address, such as a region, is not asked for where another address is known.
    """
    fields = {each.name: each for each in provider.settings}
    settled = deciding(provider) if BASE_URL.name in known else []
    offered = [each.name for each in provider.fields if each.offered and each not in settled]
    missing = [fields[name] for name in dict.fromkeys((*provider.needs(scheme), *offered)) if name not in known]
    first = [each for each in missing if each in deciding(provider)]
    return first, [each for each in missing if each not in first]


def _choose_scheme(provider: Provider, before: Scheme | None) -> Scheme:
    ways = provider.ways
    if len(ways) == 1:
        return ways[0]
    usual = ways.index(before) if before else 0
    choices = [f"{scheme.title}: {' + '.join(provider.needs(scheme))}" for scheme in ways]
    return ways[_chosen(choices, "Which one", default=str(usual + 1))]


def _chosen(choices: list[str], question: str, default: str | None) -> int:
    """Ask for one of several choices by its number, again for a number that is not one; return its place."""
    for position, choice in enumerate(choices, 1):
        streams.write_error(f"  {position}  {choice}")
    numbers = [str(position) for position, _ in enumerate(choices, 1)]
    with _line_ended():
        while (answer := str(typer.prompt(question, default=default, err=True)).strip()) not in numbers:
            streams.write_error(f"Enter a number from 1 to {len(choices)}.")
    return numbers.index(answer)


@contextmanager
def _line_ended() -> Iterator[None]:
    """End the line of a prompt that is given up."""
    try:
        yield
    except typer.Abort:
        streams.write_error("")
        raise


def _asked(
    provider: Provider, field: Field, values: Mapping[str, str], before: Mapping[str, str], shown: Shown
) -> dict[str, str]:
    """Ask for a field until its value can be used; return it, and the user's word if it is a plain HTTP address."""
    usual = None if field.secret else before.get(field.name)
    usual = usual or (field.default if field.offered else None)
    while True:
        value = _prompt(field, usual, shown(provider, field.name, usual))
        if field.offered and not value:
            return {}
        try:
            check(field, value, ENTERED)
            if field.file:
                _check_file(field, value)
            with_defaults(provider, {**values, field.name: value})
        except ConfigError as error:
            if field.plain and _is_plain(value):
                streams.write_sentence(f"{value} has no TLS: anyone on the network can read the credentials.")
                if confirmed("Use it anyway?", default=False):
                    return {field.name: value, ALLOW_HTTP.name: ALLOW_HTTP.choices[0]}
            else:
                is_key = field.file and not value_files.is_path(value)
                terminal.drop_input(_END if is_key and _END not in value else None)
                said = "; ".join((error.message, *error.hints[1:]))  # but not where it comes from
                streams.write_sentence(f"{said}.".replace("?; ", "? ").replace("?.", "?"))
        else:
            return {field.name: value}


def _check_file(field: Field, value: str) -> None:
    """Check that the file that was entered can be read; its text is not to be seen on a terminal.

    Raises:
        ConfigError: it cannot, or the text was entered in its place.
    """
    if value_files.is_text(value):
        raise ConfigError("enter the path of the file, not its text")
    value_files.text(field, canonical(field, value), ENTERED)


def _is_plain(value: str) -> bool:
    """Whether an address could be used if plain HTTP were allowed."""
    try:
        address.check(value, plain=True)
    except ValueError:
        return False
    return True


def _prompt(field: Field, usual: str | None, shown: str | None) -> str:
    """Ask for a field once.

    Args:
        field: the field.
        usual: the value if nothing is entered, None if there is none.
        shown: that value as it may be shown.
    """
    title = f"{field.title} (Enter skips it)" if field.offered and not usual else field.title
    with terminal.hidden_input() if field.secret else _line_ended():
        return str(
            typer.prompt(
                f"{title} [{shown}]" if shown else title,
                hide_input=field.secret,
                err=True,
                default=usual or ("" if field.may_be_empty or field.offered else None),
                show_default=False,
            )
        )
