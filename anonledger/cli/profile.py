"""``anonledger profile``: what is done to each element.

Owns: nothing but how it is printed.
"""

import click

from anonledger.cli.present import format_option, shown


@click.group("profile", epilog="Exit status: 0 done; 2 no such profile or element.")
def command() -> None:
    """Show what is done to each element."""


@command.command("show", epilog="Exit status: 0 done; 2 no such profile or element.")
@click.argument("name", default="pseudonymize")
@click.option("--remove-tag", multiple=True, help="As in `anonledger run`.")
@click.option("--keep-tag", multiple=True, help="As in `anonledger run`.")
@click.option("--remove-staff", is_flag=True, help="As in `anonledger run`.")
@format_option
def show(
    name: str, remove_tag: tuple[str, ...], keep_tag: tuple[str, ...], remove_staff: bool, form: str
) -> None:
    """Print the rules of a profile, in the order of their tags.

    Action codes of DICOM PS3.15: D replaced by the pseudonym, X removed, Z emptied, K kept, C cleaned of the
    name. An element that is not listed is cleaned of the name and otherwise kept byte for byte.
    """
    from anonledger.engine.status import profile_rows

    rows = profile_rows(name, remove_tag, keep_tag, without_staff=remove_staff)
    click.echo(shown(("tag", "keyword", "action", "why"), rows, form))
