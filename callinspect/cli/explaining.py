"""What `explain` answers: the tables of codes and of every provider's words, and what a term stands for in them."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from callinspect.errors import ConfigError, UsageError, nearest
from callinspect.reference import reason, tables
from callinspect.reference.explained import Also, Explained, key
from callinspect.reference.tables import CODES, MAX_FOUND, Table

if TYPE_CHECKING:
    from callinspect.cli.options import Options

MAX_TERM = 1000
"""Characters of a term; no word and no header is longer."""

MAX_SHOWN = 60
"""Characters of a term that an error repeats."""


class Answer(NamedTuple):
    """The entries that a term stands for, those that its words were searched for, and how many more there are."""

    exact: list[Explained]
    found: list[Explained]
    more: int = 0


def spelled(word: str) -> str | None:
    """Return the name of a table as it is spelled; None if there is none. Providers are looked at last."""
    if (name := word.lower().replace(".", "")) in CODES:
        return name
    from callinspect import providers

    return providers.spelled(word)


def table(name: str) -> Table:
    """Return a table."""
    if name in CODES:
        return CODES[name].read()
    from callinspect import providers
    from callinspect.provider import explained

    return explained.table(providers.get(name))


def every(broken: Callable[[ConfigError], None] = lambda _: None) -> list[Table]:
    """Return all tables; the codes have the vendors' words whose nearest codes they are.

    Args:
        broken: is called with the error of each provider that cannot be used.
    """
    from callinspect import providers
    from callinspect.provider import explained

    own = [explained.table(each) for each in providers.every(broken)]
    same: dict[tuple[str, str], list[Also]] = {}
    for each in (each for table in own for each in table.entries):
        for relation in each.also:
            same.setdefault((relation.table, relation.word), []).append(Also(each.table, each.word, "same"))
    codes = [each.read() for each in CODES.values()]
    return [*(each._replace(entries=[_with(entry, same) for entry in each.entries]) for each in codes), *own]


def answered(options: "Options", name: str | None, term: str) -> Answer:
    """Return what a term stands for in a table, or in all of them.

    Raises:
        UsageError: there is nothing like it.
    """
    if not key(term) or len(term) > MAX_TERM:
        what = "is too long" if key(term) else "needs a letter or a digit"
        raise UsageError(f"a word to explain {what}", hint="callinspect explain lists the tables")
    if reason.is_header(term) and (name is None or name in CODES or reason.names_a_cause(term)):
        return Answer(list(_of_header(term, options)), [])
    looked = [table(name)] if name else every()
    answer = _in_table(looked[0], term) if name else _in_all(looked, term)
    if not (answer.exact or answer.found):
        raise _unknown(looked, name, term)
    return answer._replace(exact=[_redacted(each, term, options) for each in answer.exact])


def _redacted(entry: Explained, term: str, options: "Options") -> Explained:
    """Return an entry without secrets in its word, if that is what was typed: one may have been pasted by mistake."""
    if entry.documented is not False or entry.word != term:
        return entry
    options.add_environment_secrets()
    return entry._replace(word=options.redacted(term))


def _in_table(table: Table, term: str) -> Answer:
    value = tables.number(term)
    coded = None if value is None else tables.code(table, value)
    exact = [coded] if coded else tables.exact(table, term) or tables.other(table, term, as_spelled=True)
    if exact or value is not None:
        return Answer(exact, [])
    found = tables.search([table], term)
    exact = [] if found else tables.other(table, term, as_spelled=False)
    return Answer(exact, found[:MAX_FOUND], len(found[MAX_FOUND:]))


def _in_all(looked: list[Table], term: str) -> Answer:
    exact = [entry for table in looked for entry in tables.exact(table, term)]
    if (value := tables.number(term)) is not None:
        coded = (tables.code(table, value) for table in looked)
        return Answer(exact or [each for each in coded if each], [])
    found = [each for each in tables.search(looked, term) if each not in exact]
    return Answer(exact, found[:MAX_FOUND], len(found[MAX_FOUND:]))


def _of_header(term: str, options: "Options") -> Iterator[Explained]:
    """Yield the entry of each value of a Reason header, with its location.

    Raises:
        UsageError: it is malformed, or has no value that a table explains.
    """
    try:
        values = list(reason.values(term))
    except ValueError:
        raise UsageError("this is not a valid Reason header", hint='one is Q.850;cause=16;text="Terminated"') from None
    known = [each for each in values if key(each.protocol) in CODES and each.cause is not None]
    if not known:
        raise UsageError("this Reason header has no SIP or Q.850 cause", hint="one is Q.850;cause=16")
    found_for = [(each, tables.code(table(key(each.protocol)), each.cause or 0)) for each in known]
    if not any(found for _, found in found_for):
        first = key(known[0].protocol)
        raise _unknown([table(first)], first, str(known[0].cause))
    for each in values:
        if each not in known:
            options.notice(f"left out: {each.protocol}, which has no table or no cause here")
    for each, found in found_for:
        if found is None:
            options.notice(f"left out: {each.protocol} has no cause {each.cause}")
            continue
        is_elsewhere = (each.protocol.upper(), each.cause) == ("SIP", 200)
        entry = found._replace(explanation=reason.ELSEWHERE, next=None, outcome="canceled") if is_elsewhere else found
        yield entry._replace(location=reason.located(each.location) if each.location else None)


def _unknown(looked: Sequence[Table], name: str | None, term: str) -> UsageError:
    """Return the error for a term that nothing is known of."""
    shown = f"“{term[:MAX_SHOWN]}”"
    if name is None:
        first, _, rest = term.partition(" ")
        meant = nearest(first.lower(), [each.name for each in looked])
        command = " ".join(filter(None, ("callinspect explain", meant, rest)))
        near = command if meant else tables.closest(looked, term)
        hints = [f"did you mean {near}?"] if near else []
        return UsageError(f"no table has {shown}", hint=[*hints, "callinspect explain lists the tables"])
    codes = looked[0].codes
    closest = tables.closest(looked, term, cutoff=0)  # there is always a nearest one in a table
    hints = [
        f"the codes are {codes.first} to {codes.last}" if codes and tables.number(term) is not None else "",
        f"the nearest entry is {closest if ' ' in closest else f'“{closest}”'}" if closest else "",
        f"callinspect explain {name} lists the table",
    ]
    return UsageError(f"{name} has no {shown}", hint=filter(None, hints))


def _with(entry: Explained, same: dict[tuple[str, str], list[Also]]) -> Explained:
    """Return the entry of a code with the vendors' words whose nearest code it is, each once whatever its fields."""
    return entry._replace(also=tuple(dict.fromkeys((*entry.also, *same.get((entry.table, entry.word), ())))))
