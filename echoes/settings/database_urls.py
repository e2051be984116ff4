"""Database URLs: one PostgreSQL database by two roles, or one file of SQLite."""

from collections.abc import Iterator

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from echoes.settings.fields import Settings
from echoes.settings.urls import is_loopback

KINDS = ("sqlite", "postgresql")
POSTGRES_PORT = "5432"


def problems_of_database(address: str) -> Iterator[str]:
    """Of the form alone, in every mode; to be said behind the name of the setting."""
    url = parsed(address)
    if url is None or url.get_backend_name() not in KINDS:
        yield "must be postgresql://user:password@host/name, or sqlite:///path/to/a/file."
    elif url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        yield "must name a file: a database in memory would be a new one for each connection."


def checks_of_processes(settings: Settings) -> dict[str, bool]:
    """In production: SQLite carries one process that does everything, PostgreSQL any number of each kind."""
    service, app, role = settings.database_url, settings.app_database_url, settings.role
    is_apart = is_postgres(service)
    return {
        f"ECHOES_DATABASE_URL must name a PostgreSQL database, because ECHOES_ROLE is {role}: SQLite carries "
        "one process, with ECHOES_ROLE=all.": is_apart or role == "all",
        "ECHOES_ROLE must be web or worker, each in a process of its own, because ECHOES_DATABASE_URL names "
        "PostgreSQL.": not is_apart or role != "all",
        "ECHOES_APP_DATABASE_URL must name the same database, on the same host and port, with a second, "
        "lesser role (see docs/hosting.md).": (
            (role == "worker" and not app)
            or (role == "all" and not is_apart and not app)
            or is_lesser_role(service, app)
        ),
    }


def is_postgres(address: str) -> bool:
    url = parsed(address)
    return url is not None and url.get_backend_name() == "postgresql"


def is_lesser_role(service: str, app: str) -> bool:
    """The same database on the same server, by another role."""
    if not (is_postgres(service) and is_postgres(app)):
        return False
    ours, theirs = parsed(service), parsed(app)
    if ours is None or theirs is None or not theirs.username or theirs.username == ours.username:
        return False
    return _place(ours) == _place(theirs)


def parsed(address: str) -> URL | None:
    try:
        return make_url(address)
    except (ArgumentError, ValueError):
        return None


def _place(url: URL) -> tuple[str, str, str]:
    """Server, port and name, as the driver understands them; a query may say them too."""
    host = (url.host or _said(url, "host") or _said(url, "hostaddr")).lower()
    port = str(url.port or _said(url, "port") or POSTGRES_PORT)
    name = url.database or _said(url, "dbname") or url.username or ""
    return "localhost" if is_loopback(host) else host, port, name


def _said(url: URL, name: str) -> str:
    said = url.query.get(name, "")
    return said if isinstance(said, str) else ",".join(said)
