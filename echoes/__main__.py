"""Command line (CLI): `echoes`, or `python -m echoes`, for what a page cannot do."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from echoes.errors import EchoesError
from echoes.settings import SettingsError, get_settings
from echoes.startup_checks import CannotStart

FAILED, CANNOT_START = 1, 2
WITH_NEGATIVE_NUMBERS = {"ignore_unknown_options": True}

Person = Annotated[str, typer.Argument(metavar="EMAIL-OR-ID", help="Whose: an e-mail address or an id.")]

commands = typer.Typer(
    name="echoes",
    help="What the pages of Echoes cannot do. Settings come from the environment (ECHOES_…).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@commands.command()
def doctor() -> None:
    """Check settings, database, storage, FFmpeg, provider, Stripe, sign-in and Redis, and say what to fix."""
    from echoes.commands.doctor import examine

    raise typer.Exit(FAILED if examine(typer.echo) else 0)


@commands.command(context_settings=WITH_NEGATIVE_NUMBERS)
def grant(
    person: Person,
    amount: Annotated[
        int, typer.Argument(metavar="CREDITS", help="How many, with a minus sign to take some back.")
    ],
    reason: Annotated[str, typer.Option(help="Why: the person can read it, and the audit log keeps it.")],
) -> None:
    """Give somebody credits, or take some back."""
    from echoes.commands import people

    typer.echo(people.grant(person, amount, reason))


@commands.command()
def role(
    person: Person,
    role: Annotated[str, typer.Argument(metavar="operator|member", help="What they become.")],
) -> None:
    """Make somebody an operator, or a member again."""
    from echoes.commands import people

    typer.echo(people.set_role(person, role))


@commands.command()
def worker() -> None:
    """Work on jobs and serve no pages, until SIGTERM or SIGINT."""
    from echoes.worker import run

    run()


@commands.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE.tar.gz", help="A file that does not exist yet.")],
) -> None:
    """Copy the database and files of the embedded mode into one file. Echoes can keep running."""
    from echoes.commands.backup import back_up

    report = back_up(get_settings(), file)
    typer.echo(f"{file}: the database and {report.files} files, {report.size:,} bytes. Keep it secret.")
    for key in report.lost:
        typer.echo(f"✗ {key} is in the database, but was lost before this backup.", err=True)
    raise typer.Exit(FAILED if report.lost else 0)


@commands.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE.tar.gz", help="What `echoes backup` wrote.")],
) -> None:
    """Restore a backup into the data folder (ECHOES_DATA_DIR), which must be empty."""
    from echoes.commands.restore import restore_backup

    settings = get_settings()
    count = restore_backup(settings, file)
    typer.echo(f"{settings.data_dir}: the database and {count} files are restored, exactly as they were.")
    typer.echo("If Echoes is newer than the backup, run `alembic upgrade head`. Then start it.")


def main() -> NoReturn:
    """What goes wrong is said in a sentence."""
    try:
        commands()
    except SettingsError as error:
        _give_up(f"{error}", CANNOT_START)
    except CannotStart as error:
        _give_up(f"{error}", CANNOT_START)
    except EchoesError as error:
        _give_up(error.sentence, FAILED)
    except SQLAlchemyError as error:
        said = error.orig if isinstance(error, DBAPIError) else error
        _give_up(f"The database could not do this: {said}\nRun `echoes doctor` to find out more.", FAILED)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        _give_up(f"{place}{error.strerror or error}.\nRun `echoes doctor` to find out more.", FAILED)
    sys.exit(0)


def _give_up(sentence: str, code: int) -> NoReturn:
    typer.echo(sentence, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
