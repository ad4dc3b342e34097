"""Examples of every command; the name and the ID in them are those of a call that the sandbox has."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Example(NamedTuple):
    """A command line, in which `NAME` and `ID` stand for a provider's name and a call's ID, and what it does."""

    line: str
    does: str


EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "": (
        Example("callinspect sandbox calls NAME", "list calls to try it with, no account needed"),
        Example("callinspect --sandbox get NAME ID", "show one of them"),
        Example("callinspect auth login NAME", "store the credentials for calls of your own"),
    ),
    "get": (
        Example("callinspect get NAME ID", "show what happened to a call"),
        Example("callinspect get NAME - -o csv < ids.txt", "look up many calls, one ID a line"),
        Example("callinspect get NAME ID --redact --export call.svg", "draw it for a ticket, with everybody masked"),
    ),
    "list": (
        Example("callinspect list NAME --limit 5", "list five calls"),
        Example("callinspect list NAME --state active -o csv", "list the calls that are active, as CSV"),
        Example("callinspect list NAME --limit 5 | callinspect get -", "list calls, then look up each of them"),
    ),
    "wait": (
        Example("callinspect wait NAME ID", "wait until the call has ended, then show it"),
        Example("callinspect wait NAME ID --for answered --timeout 60", "wait a minute for it to be answered"),
        Example("callinspect wait NAME ID --exit-status && echo answered", "do something if it was answered"),
    ),
    "watch": (
        Example("callinspect watch NAME ID", "follow a call on the terminal until it ends"),
        Example("callinspect watch NAME ID --interval 2", "ask every two seconds"),
        Example("callinspect watch NAME ID > changes.jsonl", "save a JSON line for every change"),
    ),
    "diff": (
        Example("callinspect diff before.json", "compare a saved record with the call as it is now"),
        Example("callinspect diff before.json after.json", "compare two saved records"),
        Example("callinspect diff before.json after.json -o json", "print the changes as a JSON Patch"),
    ),
    "stats": (
        Example("callinspect stats NAME --since 1d --by hour", "count the calls of the last day, hour by hour"),
        Example("callinspect list NAME --since 7d -o jsonl > calls.jsonl", "save the calls of a week"),
        Example("callinspect stats ./calls.jsonl --failed --by cause -o csv", "count why calls failed, as CSV"),
    ),
    "identify": (
        Example("callinspect identify ID", "tell whose ID it is, without asking anybody"),
        Example("callinspect identify ID -o json", "print that for a program"),
        Example("callinspect identify - < ids.txt", "tell it of many IDs, one a line"),
    ),
    "auth": (
        Example("callinspect auth login NAME", "store credentials in the OS keyring"),
        Example("callinspect auth status", "show which credentials there are, and from where"),
        Example("callinspect auth logout NAME", "delete them again"),
    ),
    "auth login": (
        Example("callinspect auth login NAME", "type the credentials, which are not shown"),
        Example("callinspect auth login NAME --profile emea", "store those of a second account"),
        Example("callinspect auth login NAME --stdin < account.json", "read them from a file"),
    ),
    "auth logout": (
        Example("callinspect auth logout NAME", "delete the stored credentials"),
        Example("callinspect auth logout NAME --profile emea", "delete those of one profile"),
        Example("callinspect auth logout NAME && callinspect auth status", "delete them and see what is left"),
    ),
    "auth status": (
        Example("callinspect auth status", "show every provider and stored profile"),
        Example("callinspect auth status NAME", "exit 4 if a provider's credentials are incomplete"),
        Example("callinspect auth status -o jsonl", "print the same for a program"),
    ),
    "providers": (
        Example("callinspect providers", "list the providers and what each can do"),
        Example("callinspect providers NAME", "show what one needs: fields, variables, filters"),
        Example("callinspect providers -o json", "print all of it for a program"),
    ),
    "doctor": (
        Example("callinspect doctor", "check the machine and every provider with credentials"),
        Example("callinspect doctor NAME", "check one, such as when a call cannot be looked up"),
        Example("callinspect doctor NAME -o json", "print the same for a program"),
    ),
    "sandbox": (
        Example("callinspect sandbox calls", "list the sandbox's calls"),
        Example("callinspect --sandbox get NAME ID", "look one up, with a sandbox for that command alone"),
        Example("callinspect sandbox run -- ./runbook.sh", "rehearse a script against a sandbox"),
    ),
    "sandbox run": (
        Example("callinspect sandbox run -- ./runbook.sh --night", "run a script with a sandbox in the vendors' place"),
        Example("callinspect sandbox run --fault 503=0.1 -- ./runbook.sh", "fail one request in ten"),
        Example("callinspect sandbox run bash", "start a shell in which to try commands"),
    ),
    "sandbox serve": (
        Example("callinspect sandbox serve --port 8099 > sandbox.env", "serve, and save the environment to source"),
        Example("callinspect sandbox serve --fault 503=0.1", "fail one request in ten"),
        Example("callinspect sandbox serve --verbose", "show every request"),
    ),
    "sandbox calls": (
        Example("callinspect sandbox calls", "list every call"),
        Example("callinspect sandbox calls NAME", "list one vendor's calls"),
        Example("callinspect sandbox calls --living -o jsonl", "list those that change, for a program"),
    ),
    "schema": (
        Example("callinspect schema", "print the schema"),
        Example("callinspect schema > call.schema.json", "save it for a validator"),
        Example("callinspect schema | jq '.properties | keys'", "list the keys of a record"),
    ),
    "completion": (
        Example("source <(callinspect completion bash)", "complete in this bash"),
        Example("callinspect completion zsh > ~/.zfunc/_callinspect", "install for zsh"),
        Example("callinspect completion fish > ~/.config/fish/completions/callinspect.fish", "install for fish"),
    ),
    "explain": (
        Example("callinspect explain sip 486", "explain a SIP code, and what to do about it"),
        Example("callinspect explain 'Q.850;cause=16;location=LN'", "explain a Reason header"),
        Example("callinspect explain NAME -o csv", "list the words of a vendor, as CSV"),
    ),
    "help": (
        Example("callinspect help exit-codes", "explain the exit codes"),
        Example("callinspect help record", "explain every key of the record"),
        Example("callinspect help auth login", "show the help of a command"),
    ),
    "help output": (
        Example("callinspect get NAME ID -f outcome", "print one value, for a script"),
        Example("callinspect get NAME ID -o json --include raw > before.json", "save all there is, to show it later"),
        Example("callinspect get --from-file before.json", "show it as it was; no vendor is asked"),
        Example("callinspect get --from-file before.json --redact -o vcon", "make a vCon of it, with everybody masked"),
    ),
}
"""By the words that name a command, three each; and more of them for a topic."""


FIRST = Path(__file__).with_name("first.txt")
"""The name and the ID that stand in examples, kept in a file: to ask the sandbox takes half of the time of --help."""


def first() -> tuple[str, str]:
    """Return the provider and the ID of the sandbox's first call that does not change."""
    from callinspect import sandbox

    name = sandbox.names()[0]
    return name, next(call.id for call in sandbox.calls(name) if not call.living)


def filled(path: str) -> list[Example]:
    """Return the examples of a command with a real name and ID in them."""
    import shlex

    if path not in EXAMPLES:
        return []
    name, call_id = FIRST.read_text(encoding="utf-8").split()
    return [
        Example(" ".join({"NAME": name, "ID": shlex.quote(call_id)}.get(word, word) for word in line.split(" ")), does)
        for line, does in EXAMPLES[path]
    ]
