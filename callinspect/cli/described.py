"""Generates what is kept of the command line: `completion/table.json`, which completion reads, and the manual page.

Run `python -m callinspect.cli.described` after a command or an option has changed.
"""

import json
from pathlib import Path
from typing import Any

from typer.core import TyperOption

from callinspect.cli.main import program
from callinspect.cli.manual import pages, roff

TABLE = Path(__file__).parents[1] / "completion" / "table.json"
MANUAL = Path(__file__).parents[2] / "completions" / "callinspect.1"


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


if __name__ == "__main__":
    TABLE.write_text(json.dumps(describe(program()), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    MANUAL.write_text(manual(), encoding="utf-8")
