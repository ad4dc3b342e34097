"""`callinspect diff`."""

import typer

from callinspect.cli import main

app = main.command()


@app.command("diff", cls=main.Command)
def diff(ctx: typer.Context) -> int:
    """To be written."""
    raise NotImplementedError
