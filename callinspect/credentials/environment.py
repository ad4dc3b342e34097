"""Values in the environment, and in files that it names, as containers mount secrets."""

from collections.abc import Mapping
from pathlib import Path

from callinspect.credentials import files
from callinspect.errors import ConfigError
from callinspect.provider import Field, Provider

FILE = "_FILE"
"""Ends the name of a variable that names a file to read the value from."""

FILE_HINT = f"or add {FILE} to a variable's name, and set it to a file that has the value"
"""The hint for secrets that are mounted as files."""


def variables(provider: Provider, each: Field) -> tuple[str, ...]:
    """Return the environment variables for a field; the first one that is set wins."""
    return (f"CALLINSPECT_{provider.name}_{each.name}".upper().replace("-", "_"), *each.env)


def file_variable(provider: Provider, each: Field) -> str:
    """Return the environment variable that names a file with the field's value."""
    return variables(provider, each)[0] + FILE


def given(provider: Provider, each: Field, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """Return a field's value in the environment and a description of its source, None if it is not set.

    Where vendors' own tools expect the name of a host, an address may be that in their variables.

    Raises:
        ConfigError: the file that a variable names cannot be used, or the value is set as well.
    """
    own, *customary = variables(provider, each)
    file = own + FILE
    if environ.get(file):
        if _is_set(own, each, environ):
            raise ConfigError(f"{own} and {file} are both set", hint="unset one of them")
        return content(file, environ), f"file {environ[file]} ({file})"
    name = next((name for name in (own, *customary) if _is_set(name, each, environ)), None)
    if name is None:
        return None
    is_host = each.url and each.host is None and name != own and "://" not in environ[name]
    return f"https://{environ[name]}" if is_host else environ[name], f"environment ({name})"


def _is_set(name: str, each: Field, environ: Mapping[str, str]) -> bool:
    return name in environ and (environ[name] != "" or each.may_be_empty)


def content(variable: str, environ: Mapping[str, str]) -> str:
    """Return the value in the file that a variable names, without the end of its line.

    Raises:
        ConfigError: it has no value. Its content is never repeated, nor what may be a secret in a path's place.
    """
    path = environ[variable]
    try:
        return files.content(path)
    except ValueError as error:
        named = f"{path}, which" if _is_shown(path) else "a file that"
        raise ConfigError(f"{variable} names {named} cannot be used: {error}") from None


def _is_shown(path: str) -> bool:
    """Whether what is to be a path is one, and not a secret in its place: one in base64 may begin with a slash."""
    place = Path(path)
    return place.is_absolute() and (files.is_path(path) or files.exists("".join(place.parts[:2])))


def secrets(provider: Provider, environ: Mapping[str, str]) -> set[str]:
    """Return every secret in the environment, whether it is used or not.

    Of pipes, only what has been read already: reading would wait for the writer, and take what a run may still need.
    """
    found: set[str] = set()
    for each in provider.settings:
        if each.is_credential:
            given = {environ.get(name, "") for name in variables(provider, each)}
            path = environ.get(file_variable(provider, each), "")
            given.add(files.known(path))
            if each.file:
                given = {
                    text if not files.is_path(text) else files.known(files.absolute(text)) for text in given if text
                }
            found |= {part for text in given for part in files.hidden(each, text)}
    return found - {""}
