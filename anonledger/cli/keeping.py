"""``anonledger ledger backup|upgrade|encrypt|info``: the ledger as a file.

Owns: nothing but how it is asked for and told.
"""

from pathlib import Path

import click

from anonledger.cli.present import OutputFile, format_option, project_option, shown

EPILOG = (
    "Exit status: 0 done; 1 error; 2 wrong use, nothing written; 5 another run holds the project; "
    "6 newer ledger."
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")


@click.command("backup", epilog=EPILOG)
@click.argument("target", metavar="[FILE]", required=False, type=OutputFile())
@project_option
@quiet_option
def backup(target: Path | None, project: Path, quiet: bool) -> None:
    """Write a copy of the ledger to FILE, or to .anonledger/backups; also while a run is writing.

    It names patients, like the ledger: a folder to be shared is refused.
    """
    from anonledger.engine.keeping import backup as keep

    written = keep(project, target)
    if not quiet:
        click.echo(f"Wrote {written}. It names patients; keep it as safe as the ledger.")


@click.command("upgrade", epilog=EPILOG)
@project_option
@quiet_option
def upgrade(project: Path, quiet: bool) -> None:
    """Take the ledger to the schema of this version of anonledger; a backup is made before.

    Every other command that opens an older ledger does the same.
    """
    from anonledger.engine.keeping import upgrade as lift

    before, after = lift(project)
    if quiet:
        return
    if before == after:
        click.echo(f"The ledger has schema {after} already. Nothing was done.")
    else:
        click.echo(
            f"The ledger was upgraded from schema {before} to {after}. A backup lies in .anonledger/backups."
        )


@click.command("encrypt", epilog=EPILOG)
@project_option
@quiet_option
def encrypt(project: Path, quiet: bool) -> None:
    """Encrypt a plain ledger with the key of `anonledger --ledger-key-file FILE ledger encrypt`."""
    from anonledger.engine.keeping import encrypt as lock

    plain = lock(project)
    if not quiet:
        backups = f" {plain} plain backups still lie in .anonledger/backups." if plain else ""
        click.echo(
            "The ledger is encrypted. Keep a copy of the key: without it the ledger is lost. What the plain "
            f"file held may still be found on the disk by experts.{backups}"
        )


@click.command("info", epilog=EPILOG)
@project_option
@format_option
def info(project: Path, form: str) -> None:
    """Describe the ledger: file, schema, encryption, rows, head of the chain, backups. Upgrades nothing."""
    from anonledger.engine.keeping import description

    click.echo(shown(("what", "value"), description(project), form))
