"""A server, a project, and three people at it: its owner, a stranger, and nobody."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from starlette.middleware import Middleware

from echoes.accounts.service import open_session
from echoes.csrf import CsrfMiddleware
from echoes.database import Database
from echoes.models import Project
from echoes.settings import get_settings
from echoes.uploads.routes import routes
from tests.photos.pictures import encoded, noisy
from tests.support.databases.rows import add_project
from tests.support.servers.application import application
from tests.support.servers.production import serve
from tests.uploads.client import Uploader

Browser = Callable[[UUID], Uploader]


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with serve(application(routes, Middleware(CsrfMiddleware, open_to_all=()))) as url:
        yield url


@pytest.fixture
def browser_of(address: str, database: Database) -> Browser:
    def sign_in(user_id: UUID) -> Uploader:
        with database.unscoped() as session:
            return Uploader(address, open_session(session, get_settings(), user_id, "a browser"))

    return sign_in


@pytest.fixture
def owner(browser_of: Browser, anna: UUID) -> Uploader:
    return browser_of(anna)


@pytest.fixture
def other(browser_of: Browser, stranger: UUID) -> Uploader:
    return browser_of(stranger)


@pytest.fixture
def nobody(address: str, data_dir: Path) -> Uploader:
    return Uploader(address, None)


@pytest.fixture
def project(database: Database, anna: UUID) -> Project:
    with database.acting_as(anna) as session:
        return add_project(session, anna)


@pytest.fixture(scope="session")
def photograph() -> bytes:
    """About a megabyte: more than is written to the disk at a time."""
    content = encoded(noisy((1000, 800)), "JPEG", quality=95)
    assert len(content) > 700_000
    return content
