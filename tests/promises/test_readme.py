"""README says what is so."""

from kit import readme


def test_the_table_of_vendors_is_what_they_say() -> None:
    """`.venv/bin/python tests/kit/readme.py` writes it anew."""
    assert readme.there(readme.README.read_text(encoding="utf-8")) == readme.table()
