"""`callinspect doctor`."""

import typer

from callinspect.cli import main

app = main.command()


@app.command("doctor", cls=main.Command)
def doctor(ctx: typer.Context) -> int:
    """To be written."""
    raise NotImplementedError
