"""The words of a line that is being typed, as bash splits it."""

import shlex


def split(line: str) -> tuple[list[str], str]:
    """Return the words of a line, up to the one being typed, and the quotation mark that is open in it."""
    # The extra character, removed again, makes an empty word after a space.
    lexer = shlex.shlex(f"{line}x", posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    found: list[str] = []
    quote = ""
    try:
        while (word := lexer.get_token()) is not None:
            found.append(word)
    except ValueError:
        found.append(lexer.token)
        quote = str(vars(lexer)["state"])  # missing in typeshed
    return [*found[:-1], found[-1][:-1]], quote
