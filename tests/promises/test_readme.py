"""README says what is so."""

from kit import readme

from callinspect import providers


def test_the_table_of_vendors_is_what_they_say() -> None:
    """`.venv/bin/python tests/kit/readme.py` writes it anew."""
    assert readme.there(readme.README.read_text(encoding="utf-8")) == readme.table()


def test_the_first_sentence_names_every_vendor() -> None:
    first = readme.README.read_text(encoding="utf-8").partition("```")[0]
    assert [name for name in providers.built_in() if f"**{providers.get(name).title}**" not in first] == []
