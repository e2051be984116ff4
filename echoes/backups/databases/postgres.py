"""PostgreSQL's own programs: `pg_dump` and `pg_restore`, their versions, and scratch databases.

The password reaches them in their environment: command lines are seen by everybody on a machine.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from echoes.errors import Refused, brief

MISSING = (
    "{} is not installed on this machine. Install PostgreSQL’s client programs, of the server’s version or"
    " newer (Debian: apt install postgresql-client)."
)
TOO_OLD = (
    "{program} {ours} is older than the PostgreSQL server ({theirs}) and cannot read it. Install the client"
    " programs of version {theirs} (Debian: apt install postgresql-client-{theirs})."
)

PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "PGPASSFILE", "PGSERVICEFILE", "PGSSLROOTCERT", "SYSTEMROOT")
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
VERSION_SECONDS = 20.0


class ProgramFailed(Refused):
    """One of the programs did not come to a good end."""

    code = "program_failed"


def dump(url: str, snapshot: str, target: Path) -> None:
    """The whole database as a transaction with this exported snapshot sees it. Raises Refused."""
    # As the service role, which row-level security lets see all; without the option it refuses.
    _run(
        "pg_dump",
        url,
        "--enable-row-security",
        "--format=custom",
        f"--snapshot={snapshot}",
        f"--file={target}",
    )


def load(url: str, source: Path) -> None:
    """Into an empty database: everything, or nothing. Raises Refused."""
    _run("pg_restore", url, "--single-transaction", "--no-owner", str(source))


def check_programs(connection: sa.Connection) -> str:
    """What they are, in words. Raises Refused when one is missing or too old for the server."""
    server_version = int((connection.dialect.server_version_info or (0,))[0])
    for program in ("pg_dump", "pg_restore"):
        ours = _version_of(program)
        if ours < server_version:
            raise Refused(TOO_OLD.format(program=program, ours=ours, theirs=server_version))
    return f"pg_dump {ours}"


@contextmanager
def scratch_database(url: str) -> Iterator[str]:
    """An empty database on the same server, gone when the block ends. Raises Refused."""
    name = f"echoes_drill_{uuid4().hex}"
    engine = sa.create_engine(_address(url, "postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    try:
        with _creating_in_words(), engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE template0"))
        try:
            yield _address(url, "postgresql").set(database=name).render_as_string(hide_password=False)
        finally:
            with engine.connect() as connection:
                connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()


@contextmanager
def _creating_in_words() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        said = brief(getattr(error, "orig", None) or error)
        raise Refused(
            f"A scratch database cannot be made: {said}. The service role needs CREATEDB for a drill:"
            " `ALTER ROLE echoes CREATEDB`."
        ) from error


def _run(program: str, url: str, *arguments: str) -> None:
    address = _address(url, "postgresql")
    public, environment = _without_password(address)
    command = [_found(program), "--no-password", f"--dbname={public}", *arguments]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        said = _without(brief(ended.stderr) or f"it ended with {ended.returncode}", address.password)
        raise ProgramFailed(f"{program} failed: {said}.")


def _found(program: str) -> str:
    if (found := shutil.which(program)) is None:
        raise Refused(MISSING.format(program))
    return found


def _version_of(program: str) -> int:
    command = [_found(program), "--version"]
    said = subprocess.run(
        command, capture_output=True, text=True, timeout=VERSION_SECONDS, check=False
    ).stdout
    if (version := VERSION.search(said)) is None:
        raise Refused(f"{program} does not say its version: {brief(said)}.")
    return int(version[1])


def _without_password(address: sa.URL) -> tuple[str, dict[str, str]]:
    """The address, and the environment that holds what is missing in it."""
    query = {name: value for name, value in address.query.items() if name != "password"}
    public = sa.URL.create(
        "postgresql", address.username, None, address.host, address.port, address.database, query
    )
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    if password := address.password or address.query.get("password"):
        environment["PGPASSWORD"] = str(password)
    return public.render_as_string(hide_password=False), environment


def _address(url: str, driver: str) -> sa.URL:
    return sa.make_url(url).set(drivername=driver)


def _without(text: str, password: str | None) -> str:
    return text.replace(password, "•••") if password else text
