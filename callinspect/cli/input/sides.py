"""The two sides of `diff`: a call to ask the vendor for, a saved record, or a saved response of a vendor."""

import shlex
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from callinspect import providers
from callinspect.cli.habits import DIFF, SIDES
from callinspect.cli.input import files, paths, records, saved, typed
from callinspect.cli.input.paths import BODY
from callinspect.errors import BadResponseError, UsageError
from callinspect.model import reading
from callinspect.provider import Target, check_id

if TYPE_CHECKING:
    from callinspect.cli.options import Options
    from callinspect.client.inspection import Inspection

USAGE = f"{DIFF}, {SIDES}"


class Live(NamedTuple):
    """A call to ask the vendor for."""

    target: Target


class Record(NamedTuple):
    """A record that was saved."""

    path: str
    record: dict[str, Any]

    @property
    def target(self) -> Target:
        """The call that it is about."""
        return Target(self.record["provider"], self.record["id"])


class Body(NamedTuple):
    """A vendor's response that was saved."""

    path: str
    inspection: "Inspection"

    @property
    def target(self) -> Target:
        """The call that it is about."""
        return Target(self.inspection.provider.name, self.inspection.call.id)


Side = Live | Record | Body


def parsed(words: Sequence[str], options: "Options") -> list[Side]:
    """Return the sides that one or two words name, files read; a saved one alone is followed by its call.

    Raises:
        UsageError: a word names none, a file cannot be read or does not hold one record, or one side is missing.
    """
    if sum(word == "-" or word.endswith(f"{BODY}-") for word in words) > 1:
        raise UsageError("standard input can be one side only")
    if len(words) > 1 and (name := providers.spelled(words[0])) and not paths.exists(words[0]):
        raise UsageError("a call is one word here", hint=f"{options.command} {_joined(name, words[1])}")
    found = [_side(word, partial(_line, options.command, words, at), options) for at, word in enumerate(words)]
    if len(found) == 1:
        if isinstance(found[0], Live):
            raise UsageError("B is missing: A alone must be a saved record or response", hint=USAGE)
        found.append(Live(_checked(found[0].target)))
    return found


def _joined(provider: str, word: str) -> str:
    """Return, for a hint, the side that a provider and the word after it are, and the other one if it needs one."""
    if word == "-" or paths.exists(word):
        try:
            is_record = Path(word).is_file() and reading.is_record(files.record(files.body(word, files.MAX_LINE)))
        except (UsageError, ValueError):
            is_record = False
        return shlex.quote(word if is_record else f"{provider}{BODY}{word}")
    return f"{provider}:{word} B"


def _line(command: str, words: Sequence[str], at: int, provider: str, call_id: str) -> str:
    """Return the command line with a provider and an ID in the place of one of its words."""
    sides = [f"{provider}:{call_id}" if index == at else shlex.quote(word) for index, word in enumerate(words)]
    return " ".join([command, *sides, *["B"] * (len(words) == 1)])


def _side(word: str, line: Callable[[str, str], str], options: "Options") -> Side:
    if body := paths.parted(word):
        return _body(providers.get(body[0]).name, body[1], options)
    if providers.spelled(word.removesuffix(BODY)) and word.endswith(BODY):
        raise UsageError("the name of the file is empty")
    if word == "-" or _is_file(word):
        return _record(word, options)
    options.owners.line = line
    try:
        return Live(_checked(options.owners.target(word, None)))
    except UsageError as error:
        if ":" not in word and not error.call_id:
            error.suggest(f"there is no file “{files.display_name(word)}” either")
        raise


def _is_file(word: str) -> bool:
    """Whether a word names a file: there is one, or it looks like one and like no call."""
    if providers.spelled(word.partition(":")[0]) and ":" in word:
        return False
    is_directory = paths.exists(word, or_directory=True) and not providers.candidates(word)
    return paths.exists(word) or is_directory or paths.is_path(word)


def _checked(target: Target) -> Target:
    """Return a call to ask for.

    Raises:
        UsageError: there is no such provider, or its IDs are not like that.
    """
    provider = providers.get(target.provider)
    try:
        check_id(provider, target.call_id)
    except UsageError as error:
        raise error.about(*target) from None
    return Target(provider.name, target.call_id)


def _record(path: str, options: "Options") -> Record:
    """Read a saved record.

    Raises:
        UsageError: the file cannot be read, or is not one record of this version.
    """
    with typed.awaited(path, "a record", options):
        body = files.body(path, files.MAX_LINE)
    found = records.find(body, path)
    if found is None:
        raise records.foreign(body, path, shlex.quote(f"PROVIDER{BODY}{path}"))
    return Record(path, found)


def _body(provider: str, path: str, options: "Options") -> Body:
    """Read a saved response of a vendor.

    Raises:
        UsageError: the file cannot be read, or is not the vendor's response about one call.
    """
    with typed.awaited(path, "the vendor's response", options):
        found = saved.inspection([provider], options.owners, path)
    try:
        _ = found.call
    except BadResponseError as error:
        name = files.display_name(path)
        about = error.message if error.message.startswith(name) else f"{name}: {error.message}"
        raise UsageError(about, hint=error.hints).about(provider) from None
    return Body(path, found)
