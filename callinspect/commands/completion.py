"""`callinspect completion`: the scripts that make a shell complete command lines."""

from typing import Annotated

import typer

from callinspect.cli import main
from callinspect.cli.console import streams
from callinspect.completion import Shell

app = main.command()


@app.command(cls=main.Command)
def completion(shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="The shell.")]) -> None:
    """Print the script that makes a shell complete commands, options and values.

    bash: add this line to ~/.bashrc: source <(callinspect completion bash)

    zsh: callinspect completion zsh > DIRECTORY/_callinspect, for a directory in $fpath, before compinit in ~/.zshrc.

    fish: callinspect completion fish > ~/.config/fish/completions/callinspect.fish

    PowerShell: add this line to $PROFILE: callinspect completion powershell | Out-String | Invoke-Expression
    """
    from callinspect.completion.scripts import SCRIPTS

    streams.write(SCRIPTS[shell])
