"""What hundreds of databases of one process can share, and what they need not wait for."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

from echoes import database
from echoes.database import engine

DIALECTS: dict[str, Dialect] = {}
COMPILED: dict[Any, Any] = {}
"""Statements that were compiled. Their keys name the dialect."""
MakeEngine = Callable[[str], sa.Engine]


@pytest.fixture(scope="session", autouse=True)
def cheap_databases() -> Iterator[None]:
    """Compiling the same statements anew would be most of the work of a test that brings its own database.

    And none needs to outlive a power cut of this machine: a process that is killed leaves what it wrote.
    """
    relaxed = tuple(pragma.replace("synchronous=FULL", "synchronous=OFF") for pragma in engine.PRAGMAS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "PRAGMAS", relaxed)
        patch.setattr(database, "make_engine", _sharing(engine.make_engine))
        patch.setattr(database, "make_system_engine", _sharing(engine.make_system_engine))
        yield


def _sharing(make: MakeEngine) -> MakeEngine:
    def made(url: str) -> sa.Engine:
        new = make(url)
        sa.event.listen(new, "engine_connect", _share)
        return new

    return made


def _share(connection: Connection) -> None:
    """The first engine of its kind has learnt what the server can, and lends that to all later ones."""
    own = connection.engine
    own.dialect = connection.dialect = DIALECTS.setdefault(own.url.drivername, own.dialect)
    connection.execution_options(compiled_cache=COMPILED)
