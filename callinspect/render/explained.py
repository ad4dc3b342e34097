"""Entries of the reference tables: one in full, or a table as a list."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.text import Text

from callinspect.reference.explained import Also, Explained
from callinspect.reference.tables import CODES, Table
from callinspect.render.layout import labeled, sentence, to_text
from callinspect.render.style import Style

RELATIONS = {"maps-to": "by RFC 3398", "same": "nearest"}

SOURCES = {"docs": "vendor's documentation", "spec": "API specification", "seen": "seen in responses"}
"""Where vendors' words are known from, for people, if not in the same word."""

UNDOCUMENTED = "word not listed by the vendor"


def entries(several: Sequence[Explained], style: Style) -> str:
    """Return entries in full, apart by an empty line."""
    blocks = [_entry(each, style) for each in several]
    return to_text([line for block in blocks for line in (*block, Text())][:-1], style)


def entry_list(several: Sequence[Explained], style: Style) -> str:
    """Return a table as a list: words and titles, below a heading where it has words of several fields."""
    width = max(len(style.inert(each.word)) for each in several)
    kinds = [list(each) for _, each in groupby(several, key=lambda each: (each.kind, each.field))]
    lines: list[Text] = []
    for each in kinds:
        if len(kinds) > 1:
            lines += [*([Text()] if lines else []), *sentence(Text(_kind(each[0], style), "bold"), style)]
        lines += labeled(
            [(_padded(one, width, style), style.inert(one.name or one.title or "")) for one in each], style
        )
    return to_text(lines, style)


def tables(several: Sequence[Table], style: Style) -> str:
    """Return the tables: their names, what each has, and how much of it."""
    rows = [(style.inert(each.name), style.inert(f"{each.title} ({len(each.entries)})")) for each in several]
    return to_text(labeled(rows, style), style)


def _padded(entry: Explained, width: int, style: Style) -> str:
    """Return an entry's word; codes are aligned on the right."""
    word = style.inert(entry.word)
    return word.rjust(width) if entry.table in CODES else word


def _entry(entry: Explained, style: Style) -> list[Text]:
    heading = sentence(_heading(entry, style), style)
    text = sentence(Text(style.inert(entry.explanation)), style) if entry.explanation else []
    return [*heading, *text, *labeled([(label, style.inert(value)) for label, value in _facts(entry, style)], style)]


def _heading(entry: Explained, style: Style) -> Text:
    """Return the title line, such as `486 Busy Here · SIP · callee`; a vendor's word is apart from its title."""
    title = entry.name or entry.title or ""
    apart = " " if entry.table in CODES else ": "
    whole = style.inert(apart.join(filter(None, (entry.word, title))))
    of = _called(entry.table)
    details = [of, entry.class_] if entry.table in CODES else [of, _kind(entry, style)]
    rest = "".join(f" {style.dot} {each}" for each in filter(None, details))
    return Text.assemble((whole, "bold"), rest)


def _kind(entry: Explained, style: Style) -> str:
    return style.inert(f"{entry.kind} ({entry.field})" if entry.field and entry.field != entry.kind else entry.kind)


def _facts(entry: Explained, style: Style) -> Iterator[tuple[str, str]]:
    """Yield labels and values."""
    outcome = [entry.outcome, f"ended by {entry.ended_by}" if entry.ended_by else None]
    source = [SOURCES.get(entry.source or "", entry.source)]
    if entry.registered is False:
        source.append("not registered")
    if entry.documented is False:
        source.append(UNDOCUMENTED)
    also = (f"{label} ({RELATIONS[relation]})" for relation, label in _also(entry.also))
    facts = {
        "Outcome": outcome,
        "Next": [entry.next],
        "Set by": [entry.location],
        "Treated as": [entry.treated_as],
        "Also": also,
        "Source": source,
    }
    for label, values in facts.items():
        if value := f" {style.dot} ".join(filter(None, values)):
            yield label, value


def _also(relations: Sequence[Also]) -> Iterator[tuple[str, str]]:
    """Yield each relation with the words that have it."""
    for relation in dict.fromkeys(each.relation for each in relations):
        words = [f"{_called(each.table)} {each.word}" for each in relations if each.relation == relation]
        yield relation, ", ".join(words)


def _called(table: str) -> str:
    """Return what people call a table; a provider has its name."""
    return CODES[table].title if table in CODES else table
