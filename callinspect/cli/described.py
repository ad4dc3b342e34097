"""Generates what is kept of the program: completion's table, the manual page, `--redact`'s vocabulary, an example.

Run `python -m callinspect.cli.described` after a command, an option or a text has changed.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.core import TyperOption

from callinspect.cli.main import program
from callinspect.cli.manual import examples, pages, roff

PACKAGE = Path(__file__).parents[1]
TABLE = PACKAGE / "completion" / "table.json"
VOCABULARY = PACKAGE / "masking" / "vocabulary.txt"
MANUAL = Path(__file__).parents[2] / "completions" / "callinspect.1"

INVENTED = "sandbox"
"""The part of the program that has names of its own: of people in calls that it makes up."""


def describe(command: Any, context: Any = None) -> dict[str, Any]:
    """Return the description of a command and its subcommands."""
    context = pages.child(command, context, command.name)
    parameters = pages.parameters(command, context)
    names = command.list_commands(context) if hasattr(command, "list_commands") else ()
    subcommands = {name: describe(command.get_command(context, name), context) for name in names}
    return {
        "help": command.get_short_help_str(limit=100),
        "options": [_parameter(each, context) for each in parameters if isinstance(each, TyperOption)],
        "arguments": [_parameter(each, context) for each in parameters if not isinstance(each, TyperOption)],
        "commands": subcommands,
    }


def _parameter(parameter: Any, context: Any) -> dict[str, Any]:
    is_option = isinstance(parameter, TyperOption)
    takes = pages.takes(parameter)
    return {
        # Those of the help option come from a set.
        "names": sorted([*parameter.opts, *parameter.secondary_opts], key=_is_short) if is_option else [],
        "help": " ".join((getattr(parameter, "help", None) or "").split()),
        "takes": takes,
        "repeats": parameter.multiple or parameter.nargs == -1 if is_option else parameter.nargs == -1,
        "words": [[each.value, each.help or ""] for each in parameter.shell_complete(context, "")] if takes else [],
    }


def _is_short(name: str) -> bool:
    return not name.startswith("--")


def manual() -> str:
    """Return the manual page."""
    whole = program()
    return roff.as_roff(list(pages.every(whole, pages.child(whole, None, "callinspect"))))


def vocabulary() -> str:
    """Return every text of the program in lower case, one a line: no comments, no descriptions of its parts."""
    texts: list[str] = []
    for file in (each for each in PACKAGE.rglob("*.*") if INVENTED not in each.relative_to(PACKAGE).parts):
        if file.suffix == ".py":
            texts += _constants(ast.parse(file.read_bytes()))
        elif file.suffix == ".json":
            texts += _texts(json.loads(file.read_bytes()))
    lines = {line.lower().strip() for each in texts for line in each.splitlines()}
    return "".join(f"{each}\n" for each in sorted(lines) if each.isprintable() and any(map(str.isalpha, each)))


def _constants(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of a source, but for those that only describe what is above or below them."""
    described = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    for each in ast.walk(tree):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in described:
            yield each.value


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts and the names of fields of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(each)


def example() -> str:
    """Return the provider's name and the call's ID that examples have."""
    return " ".join(examples.first()) + "\n"


if __name__ == "__main__":
    examples.FIRST.write_text(example(), encoding="utf-8")
    TABLE.write_text(json.dumps(describe(program()), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    MANUAL.write_text(manual(), encoding="utf-8")
    VOCABULARY.write_text(vocabulary(), encoding="utf-8")
