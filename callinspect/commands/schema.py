"""`callinspect schema`: the JSON Schema of the record."""

from callinspect.cli import main
from callinspect.cli.console import streams

app = main.command()


@app.command(cls=main.Command)
def schema() -> None:
    """Print the JSON Schema of the record."""
    from callinspect.render import schema as shipped

    streams.write(shipped.text())
