"""``anonledger completion``: the script that makes a shell complete commands and options.

Owns: nothing; click writes the script.
"""

import click
from click.shell_completion import get_completion_class


@click.command("completion", epilog="Exit status: 0 done; 2 no such shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a SHELL.

    For bash, once: anonledger completion bash >> ~/.bashrc
    """
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    click.echo(found(ctx.find_root().command, {}, "anonledger", "_ANONLEDGER_COMPLETE").source())
