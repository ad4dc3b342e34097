"""README's sections, and its table of vendors as the providers have it: `.venv/bin/python tests/kit/readme.py`."""

from pathlib import Path

from callinspect import providers
from callinspect.provider import Provider

README = Path(__file__).parents[2] / "README.md"
HEAD = "| provider | vendor | needs | reads |\n|---|---|---|---|\n"


def table() -> str:
    """Return the table as it should be."""
    return HEAD + "".join(_row(providers.get(name)) for name in providers.built_in())


def there(text: str) -> str:
    """Return the table that a text has, nothing where it has none."""
    found = text.partition(HEAD)[2]
    rows = found[: found.find("\n\n") + 1]
    return HEAD + rows if found else ""


def section(title: str) -> str:
    """Return a section of README."""
    found = README.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2]
    assert found, title
    return found.partition("\n## ")[0]


def code(title: str, language: str) -> str:
    """Return the code of that language in a section."""
    return section(title).partition(f"```{language}\n")[2].partition("\n```")[0]


def _row(provider: Provider) -> str:
    ways = "; or ".join(", ".join(f"`{name}`" for name in provider.needs(scheme)) for scheme in provider.ways)
    reads = "; ".join([provider.reads, *([f"`--with {','.join(provider.extras)}`"] if provider.extras else [])])
    return f"| `{provider.name}` | {provider.title} | {ways} | {reads} |\n"


if __name__ == "__main__":
    old = README.read_text(encoding="utf-8")
    README.write_text(old.replace(there(old), table()), encoding="utf-8")
