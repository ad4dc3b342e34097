"""A provider's words as a table of `explain`."""

from callinspect.provider.contract import Provider
from callinspect.provider.words import Word, Words
from callinspect.reference.explained import Also, Explained, to
from callinspect.reference.tables import Table


def table(provider: Provider) -> Table:
    """Return the table of a provider's words, those of causes first."""
    ordered = sorted(provider.words, key=lambda each: each.kind != "cause")
    return Table(
        name=provider.name,
        title=f"{provider.title}: states, reasons, codes",
        entries=[_entry(provider, each, name, word) for each in ordered for name, word in each.words.items()],
        others=[_entry(provider, each, "*", each.other) for each in ordered if each.other],
        named=lambda name: next((_of_q850(provider, each, name) for each in ordered if each.is_q850), None),
    )


def _entry(provider: Provider, words: Words, name: str, word: Word) -> Explained:
    said = word.cause or word.says
    sip, q850 = (said.sip, said.q850) if said else (None, None)
    return Explained(
        table=provider.name,
        kind=words.kind,
        field=words.field,
        word=name,
        title=said and said.title,
        explanation=said and "; ".join(filter(None, (said.explanation, word.depends))),
        next=said and said.next,
        outcome=word.outcome,
        ended_by=word.ended_by,
        sip=sip,
        q850=q850,
        documented=word.evidence.is_documented,
        also=_nearest(sip, q850),
        source=word.evidence,
    )


def _of_q850(provider: Provider, words: Words, name: str) -> Explained | None:
    """Return the entry of a name that Q.850 or FreeSWITCH defines, as a word of the vendor's; None if neither does."""
    from callinspect.reference import q850

    found = q850.named(name)
    if found is None:
        return None
    return Explained(
        table=provider.name,
        kind=words.kind,
        field=words.field,
        word=name,
        title=found.title,
        explanation=found.explanation,
        next=found.next,
        outcome=found.outcome,
        sip=found.sip,
        q850=found.q850,
        documented=False,
        also=_nearest(found.sip, found.q850),
        source=found.source,
    )


def _nearest(sip: int | None, q850: int | None) -> tuple[Also, ...]:
    return tuple(to(table, code, "same") for table, code in (("sip", sip), ("q850", q850)) if code is not None)
