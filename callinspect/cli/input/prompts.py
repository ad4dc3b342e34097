"""Reads the account fields for `auth login`, from standard input or from prompts on the terminal."""

import codecs
import json
from collections.abc import Mapping
from contextlib import nullcontext

import typer

from callinspect import stdio
from callinspect.cli.console import streams, terminal
from callinspect.cli.input import files
from callinspect.credentials.finding import destinations
from callinspect.errors import UsageError, nearest
from callinspect.provider import Account, Field, Provider, Scheme

MAX_INPUT = 256 * 1024
"""Bytes of an account's fields on standard input; a secret has at most 1200."""

UTF8_HINT = "in Windows PowerShell, set $OutputEncoding = [Text.Encoding]::UTF8 first"
"""The hint for standard input in another encoding."""


def not_secret(provider: Provider, values: dict[str, str]) -> dict[str, str]:
    """Return the values given on the command line, after a check that none is secret.

    Raises:
        UsageError: one is a secret, or a field does not exist.
    """
    known = _known(provider, values)
    secret = next((name for name in known if known[name].secret), None)
    if secret:
        raise UsageError(f"{secret} is a secret, and secrets are never accepted as arguments", hint="use --stdin")
    return values


def _known(provider: Provider, values: Mapping[str, object]) -> dict[str, Field]:
    """Return the fields of these names.

    An unknown name is repeated in the message only if it resembles a field's: the text before an equals sign may be a
    secret, since a token can end in one.

    Raises:
        UsageError: there is no field of a name.
    """
    fields = {each.name: each for each in provider.settings}
    for name in values:
        if name not in fields:
            near = nearest(name, fields)
            if near:
                raise UsageError(f"{provider.name} has no field “{name}”", hint=f"did you mean {near}?")
            raise UsageError(f"{provider.name} has no such field", hint=f"its fields are {', '.join(fields)}")
    return {name: fields[name] for name in values}


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
        lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip() and not line.startswith("#")]
        if not all("=" in line for line in lines):
            raise UsageError("standard input must be NAME=VALUE lines or a JSON object")
        values = {name.strip(): value for name, _, value in (line.partition("=") for line in lines)}
    _known(provider, values)
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


def ask(provider: Provider, known: Mapping[str, str], *, is_allowed: bool) -> dict[str, str]:
    """Prompt for the fields of one scheme; the addresses that they will be sent to are printed first.

    Args:
        provider: the provider.
        known: values to use without a prompt.
        is_allowed: whether prompts are allowed.

    Raises:
        UsageError: prompts are not allowed, or there is no terminal.
        ConfigError: an address cannot be used.
    """
    if not is_allowed or not (stdio.source and stdio.source.isatty()):
        raise UsageError("there is no terminal to prompt on", hint="pass the fields with --stdin")
    fields = {each.name: each for each in provider.settings}
    values = dict(known)
    with stdio.prompting():
        scheme = _choose_scheme(provider)
        missing = [fields[name] for name in provider.needs(scheme) if name not in known]
        values |= {each.name: _prompt(each) for each in missing if each.url}
        streams.write_error(f"Your credentials will be sent to {' and '.join(_places(provider, scheme, values))}.")
        values |= {each.name: _prompt(each) for each in missing if not each.url}
    return values


def _places(provider: Provider, scheme: Scheme, values: Mapping[str, str]) -> list[str]:
    """Return the addresses to which a scheme sends the credentials."""
    found = destinations(provider, values)
    account = Account(base_url=found["base_url"], values=dict.fromkeys(scheme.needs, "") | found)
    request = scheme.token_request(account, None)
    elsewhere = request is not None and not request.url.startswith(f"{account.base_url}/")
    return [account.base_url, *([request.url] if request and elsewhere else [])]


def _choose_scheme(provider: Provider) -> Scheme:
    if len(provider.schemes) == 1:
        return provider.schemes[0]
    for position, scheme in enumerate(provider.schemes, 1):
        streams.write_error(f"  {position}  {scheme.title}: {' + '.join(provider.needs(scheme))}")
    number: int = typer.prompt("Which one", type=int, default=1, err=True)
    if not 1 <= number <= len(provider.schemes):
        raise UsageError(f"choose a number from 1 to {len(provider.schemes)}")
    return provider.schemes[number - 1]


def _prompt(field: Field) -> str:
    with terminal.hidden_input() if field.secret else nullcontext():
        return str(
            typer.prompt(
                field.title,
                hide_input=field.secret,
                err=True,
                default="" if field.may_be_empty else None,
                show_default=False,
            )
        )
