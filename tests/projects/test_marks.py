"""The mark of generated movement: the owner's choice or the operator's demand, never on camera moves."""

from uuid import UUID

import pytest

from compiler.timeline.model import Timeline
from echoes.database import Database
from echoes.editing import history, words
from echoes.models import Project
from echoes.projects import service, timeline
from tests.support.databases.fresh import forget
from tests.support.databases.rows import add_photo, add_project, add_take


@pytest.fixture
def project(database: Database, anna: UUID) -> Project:
    with database.unscoped() as session:
        project = add_project(session, anna)
        add_take(session, add_photo(session, project, "a.jpg"), approved=True)
        generated = add_take(session, add_photo(session, project, "b.jpg"), approved=True)
        generated.provider, generated.model = "runway", "gen4_turbo"
    return project


def marks(database: Database, project: Project) -> list[str | None]:
    with database.reading_as(project.owner_id) as session:
        built = timeline.build(session, service.get(session, project.id))
    assert Timeline.from_json(built.to_json()) == built
    return [shot.mark for shot in built.shots]


def test_it_is_the_owners_choice_and_can_be_undone(database: Database, project: Project) -> None:
    assert marks(database, project) == [None, None]
    with database.acting_as(project.owner_id) as session:
        words.set_mark(session, project.id, True)
    assert marks(database, project) == [None, "AI"]
    with database.acting_as(project.owner_id) as session:
        assert history.undo(session, project.id) == "AI mark"
    assert marks(database, project) == [None, None]


def test_operators_may_demand_it(
    database: Database, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_GENERATED_MARK", "always")
    forget()
    assert marks(database, project) == [None, "AI"]


def test_a_timeline_without_marks_is_stored_as_before(database: Database, project: Project) -> None:
    with database.reading_as(project.owner_id) as session:
        stored = timeline.build(session, service.get(session, project.id)).to_json()
    assert all("mark" not in shot for shot in stored["shots"])
