"""Command line (CLI): `echoes`, or `python -m echoes`, for what a page cannot do."""

import sys
from pathlib import Path
from typing import Annotated, Literal, NoReturn

from echoes.process_start import importing

with importing():
    import typer
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    from echoes.errors import EchoesError, for_operators
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

storage = typer.Typer(name="storage", help="Where files are stored.", no_args_is_help=True)
commands.add_typer(storage)


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
def invite(
    name: Annotated[str, typer.Option(help="For whom it is, for your own list.")] = "",
    uses: Annotated[int, typer.Option(help="How many people can join by it.")] = 1,
    days: Annotated[int, typer.Option(help="How long it is good.")] = 30,
    gift: Annotated[int, typer.Option("--credits", help="How many credits each of them gets with it.")] = 0,
    operator: Annotated[bool, typer.Option("--operator", help="Who joins by it is an operator.")] = False,
) -> None:
    """Make an invitation and print its link."""
    from echoes.accounts.invitations.service import InvitationTerms
    from echoes.commands import people
    from echoes.models import Role

    role = Role.OPERATOR if operator else Role.MEMBER
    typer.echo(people.invite(InvitationTerms(name, uses, days, gift, role)))


@commands.command()
def worker() -> None:
    """Work on jobs and serve no pages, until SIGTERM or SIGINT."""
    from echoes.worker import run

    run()


@commands.command()
def health() -> None:
    """Ask the Echoes of this machine or container whether it is ready. Exit code 0 when it is."""
    from echoes.monitoring.probe import ask

    code, sentence = ask(get_settings())
    typer.echo(sentence)
    raise typer.Exit(code)


@commands.command()
def backup(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.tar.gz]", help="A file that does not exist yet.")
    ] = None,
) -> None:
    """Copy database and files to where ECHOES_BACKUP_TO says, or, in the embedded mode, into one file. Echoes
    can keep running."""
    from echoes.commands import nightly_backup
    from echoes.commands.backup import back_up

    if file is None:
        raise typer.Exit(0 if nightly_backup.make(get_settings(), typer.echo) else FAILED)
    report = back_up(get_settings(), file)
    typer.echo(f"{file}: the database and {report.files} files, {report.size:,} bytes. Keep it secret.")
    for key in report.lost:
        typer.echo(f"✗ {key} is in the database, but was lost before this backup.", err=True)
    raise typer.Exit(FAILED if report.lost else 0)


@commands.command()
def restore(
    backup: Annotated[
        str,
        typer.Argument(metavar="[FILE.tar.gz|NAME]", help="A file that `echoes backup` wrote, or a name."),
    ] = "",
) -> None:
    """Restore a file into the data folder (ECHOES_DATA_DIR), which must be empty; or, from ECHOES_BACKUP_TO,
    the backup of that name, or the newest, into a place without a database."""
    from echoes.commands import nightly_backup
    from echoes.commands.restore import restore_backup

    settings = get_settings()
    if backup.endswith(".gz") or Path(backup).is_file():
        count = restore_backup(settings, Path(backup))
        typer.echo(f"{settings.data_dir}: the database and {count} files are restored, exactly as they were.")
    else:
        nightly_backup.restore(settings, backup, typer.echo)
    typer.echo("If Echoes is newer than the backup, run `alembic upgrade head`. Then start it.")


@commands.command("restore-drill")
def restore_drill(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Of a backup; without it the newest.")] = "",
    sizes_only: Annotated[
        bool, typer.Option("--sizes-only", help="Compare file sizes only, without reading the files.")
    ] = False,
) -> None:
    """Restore a backup of ECHOES_BACKUP_TO into a temporary place, compare it with what was written, and
    delete it again."""
    from echoes.commands import nightly_backup

    raise typer.Exit(0 if nightly_backup.drill(get_settings(), name, sizes_only, typer.echo) else FAILED)


@commands.command()
def setup(
    answers: Annotated[
        list[str] | None,
        typer.Option("--answer", metavar="NAME=VALUE", help="Such as place=home. Then it is not asked."),
    ] = None,
    answers_file: Annotated[
        Path | None,
        typer.Option(
            "--answers",
            metavar="FILE",
            help="A file of answers, one per line, for secrets; - reads standard input.",
        ),
    ] = None,
    file: Annotated[Path, typer.Option("--file", help="The file to write.")] = Path(".env"),
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: use the usual answer where none is given.")
    ] = False,
    clip: Annotated[bool, typer.Option("--clip/--no-clip", help="Offer a test clip.")] = True,
    start: Annotated[
        bool | None, typer.Option("--start/--no-start", help="Start Echoes at the end if all is well.")
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser", help="Ask on a web page instead of here, by a link that works once.")
    ] = False,
    listen: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS", help="Address of that page: one of this machine's, in your own network."
        ),
    ] = "127.0.0.1",
    listen_port: Annotated[
        int, typer.Option(min=0, max=65535, help="And its port; 0: any that is free.")
    ] = 0,
) -> None:
    """A guided first start: what kind of place this is, its address, sign-in, mail, files and clips.

    Writes .env, makes the database, checks everything, and starts Echoes or says how to.
    """
    from echoes.commands.setup.asking import given, lines_of
    from echoes.commands.setup.browser.run import set_up_in_browser
    from echoes.commands.setup.run import set_up
    from echoes.commands.setup.starting import start as start_echoes

    def confirm(question: str) -> bool:
        return yes or typer.confirm(question)

    path, known = file.absolute(), given([*lines_of(answers_file), *(answers or [])])
    if browser:
        went_well, start = set_up_in_browser(path, known, typer.echo, listen, listen_port)
    else:
        went_well = set_up(path, known, typer.echo, confirm, is_asking=not yes, has_clip=clip)
        start = typer.confirm("Start Echoes now?") if went_well and start is None and not yes else start
    if went_well and start:
        start_echoes(path)
    raise typer.Exit(0 if went_well else FAILED)


@commands.command()
def certificate(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME|ADDRESS]…", help="As phones reach it: echoes.local 192.168.1.20"),
    ] = None,
) -> None:
    """Make a certificate for https in a private network, by an authority of your own, and say what to do on
    phones. Made again, it is a new one of the same authority."""
    from echoes.commands.certificate import make

    make(get_settings(), names or [], typer.echo)


@commands.command()
def upgrade(
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Bring the database to this version of Echoes: say what changes, copy it, migrate it, and go back to the
    copy if that fails."""
    from echoes.commands.upgrade import upgrade

    def confirm(question: str) -> bool:
        return not dry_run and (yes or typer.confirm(question))

    raise typer.Exit(0 if upgrade(get_settings(), typer.echo, confirm) or dry_run else FAILED)


@commands.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A film or a clip.")],
) -> None:
    """Say how a film or clip was made, by its Content Credentials (C2PA), and whether it was changed since.
    Exit code 0: unchanged. 1: changed, or not to be read. 3: it carries none."""
    from echoes.commands.verify import verify_file

    raise typer.Exit(verify_file(file, get_settings(), typer.echo))


@storage.command()
def move(
    to: Annotated[Literal["folder", "s3"], typer.Option(help="Where all files are to be.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how much there is to copy.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read also what was copied earlier, and compare it.")
    ] = False,
    delete_source: Annotated[
        bool, typer.Option("--delete-source", help="After the switch: delete the old copies, once compared.")
    ] = False,
    threads: Annotated[int, typer.Option(min=1, max=32, help="Files copied at once.")] = 4,
) -> None:
    """Copy all files from the folder to the bucket, or back, while Echoes runs, and say how to switch."""
    from echoes.commands import storage_move

    went_well = storage_move.move(
        get_settings(), to, typer.echo, threads=threads, dry_run=dry_run, verify=verify,
        delete_source=delete_source,
    )  # fmt: skip
    raise typer.Exit(0 if went_well else FAILED)


def main() -> NoReturn:
    """What goes wrong is said in a sentence."""
    try:
        commands()
    except SettingsError as error:
        _give_up(f"{error}", CANNOT_START)
    except CannotStart as error:
        _give_up(f"{error}", CANNOT_START)
    except EchoesError as error:
        _give_up(for_operators(error), FAILED)
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
