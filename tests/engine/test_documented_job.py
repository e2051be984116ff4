"""The job that docs/how-to/add-a-job.md shows, word for word, run by the engine."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from echoes.database import Database
from echoes.dbos_adapter.tables import WORKFLOWS, WorkflowState, table
from echoes.engine import Engine, housekeeping, registry
from echoes.errors import NotFound
from echoes.jobs import names
from echoes.models import JobEvent, Photo
from tests.support.jobs.own_jobs import wait_for_status

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "add-a-job.md"
MODULE = "echoes.photos.measuring"


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Both blocks of the page, put where it says."""
    line, file = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    source = Path(names.__file__).read_text() + "    " + line
    extended = ModuleType(names.__name__)
    exec(compile(source, "names.py", "exec"), vars(extended))  # noqa: S102 - our own page
    code = tmp_path / "measuring.py"
    code.write_text(file)
    with monkeypatch.context() as importing:
        importing.setitem(sys.modules, names.__name__, extended)
        spec = importlib.util.spec_from_file_location(MODULE, code)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, MODULE, module)
    monkeypatch.setattr(registry, "JobName", extended.JobName)
    registry.jobs.cache_clear()
    yield module
    registry.jobs.cache_clear()


def history(database: Database, photo: Photo) -> list[tuple[str, dict[str, Any]]]:
    with database.reading() as session:
        events = session.exec(select(JobEvent).where(col(JobEvent.subject_id) == photo.id))
        return [(event.level, event.data) for event in events]


def test_the_documented_job_runs_to_its_end(
    database: Database, photos: list[Photo], anna: UUID, example: Any
) -> None:
    engine = Engine()
    engine.start()
    try:
        for _ in range(2):
            with database.acting_as(anna) as session:
                example.ask_for_measuring(session, photos[0].id)
        wait_for_status(photos[0].id, WorkflowState.SUCCESS)
    finally:
        engine.stop()
    ((level, data),) = history(database, photos[0])
    assert level == "info"
    assert 0 < data["brightness"] < 1


def test_is_asked_for_by_the_owner_alone(
    database: Database, photos: list[Photo], stranger: UUID, example: Any
) -> None:
    with pytest.raises(NotFound), database.acting_as(stranger) as session:
        example.ask_for_measuring(session, photos[0].id)


def test_is_settled_when_the_engine_gave_it_up(
    database: Database, photos: list[Photo], anna: UUID, example: Any
) -> None:
    with database.acting_as(anna) as session:
        example.ask_for_measuring(session, photos[0].id)
    given_up = sa.update(table(WORKFLOWS, database.engine)).values(status=WorkflowState.ERROR)
    with database.system_engine.begin() as connection:
        connection.execute(given_up)
    assert (housekeeping.fail_stale_jobs(), housekeeping.fail_stale_jobs()) == (1, 0)
    assert history(database, photos[0]) == [("error", {})]
