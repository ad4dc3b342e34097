"""A provider's words as a table of `explain`."""

from callinspect.provider.contract import Provider
from callinspect.provider.words import Word, Words
from callinspect.reference.explained import Explained, to
from callinspect.reference.tables import Table


def table(provider: Provider) -> Table:
    """Return the table of a provider's words, those of causes first."""
    ordered = sorted(provider.words, key=lambda each: each.kind != "cause")
    return Table(
        name=provider.name,
        title=f"words of {provider.title}",
        entries=[_entry(provider, each, name, word) for each in ordered for name, word in each.words.items()],
        others=[_entry(provider, each, "*", each.other) for each in ordered if each.other],
    )


def _entry(provider: Provider, words: Words, name: str, word: Word) -> Explained:
    said = word.cause or word.says
    codes = {} if said is None else {"sip": said.sip, "q850": said.q850}
    return Explained(
        table=provider.name,
        kind=words.kind,
        field=words.field,
        word=name,
        title=said and said.title,
        explanation=said and said.explanation,
        next=said and said.next,
        outcome=word.outcome,
        ended_by=word.ended_by,
        sip=codes.get("sip"),
        q850=codes.get("q850"),
        documented=word.evidence.is_documented,
        also=tuple(to(table, code, "same") for table, code in codes.items() if code is not None),
        source=word.evidence,
    )
