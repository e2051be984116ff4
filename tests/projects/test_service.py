"""Projects and the choices in them, asked as the owner, as a stranger, and with bad input."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from echoes.database import Database, UserSession
from echoes.errors import BadInput, NotFound
from echoes.models import Aspect, Project, new_id
from echoes.projects import service
from echoes.projects.segment_cache import rendered_parts
from tests.support.databases.rows import add_photo, add_take, add_video, name_files

Operation = Callable[[UserSession, UUID], Any]
OPERATIONS: dict[str, Operation] = {
    "get": service.get,
    "rename": lambda session, project: service.rename(session, project, "Mine"),
    "set_aspect": lambda session, project: service.set_aspect(session, project, "1:1"),
    "delete": service.delete,
}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_stranger_gets_the_same_answer_as_for_what_never_was(
    database: Database, project: Project, stranger: UUID, operation: Operation
) -> None:
    answers = []
    for project_id in (project.id, new_id()):
        with pytest.raises(NotFound) as refusal, database.acting_as(stranger) as session:
            operation(session, project_id)
        answers.append(refusal.value.sentence)
    assert answers[0] == answers[1]
    with database.reading() as everything:
        assert everything.get_one(Project, project.id).title == "Summer 1987"


def test_projects_come_latest_change_first_and_only_ones_own(
    database: Database, anna: UUID, stranger: UUID
) -> None:
    with database.acting_as(anna) as session:
        first = service.create(session, "First")
        service.create(session, "Second")
    with database.acting_as(anna) as session:
        service.rename(session, first.id, "Renamed")
    with database.acting_as(stranger) as session:
        service.create(session)
    with database.reading_as(anna) as session:
        assert [project.title for project in service.list_projects(session)] == ["Renamed", "Second"]


def test_every_change_wakes_the_tabs_of_project_and_person(
    database: Database, project: Project, anna: UUID
) -> None:
    with database.acting_as(anna) as session:
        service.set_aspect(session, project.id, "9:16")
    with database.reading_as(anna) as session:
        assert service.get(session, project.id).aspect == Aspect.TALL
        assert service.get(session, project.id).revision == 1
        assert session.user.revision == 1


def test_a_title_may_be_of_any_script(database: Database, project: Project, anna: UUID) -> None:
    with database.acting_as(anna) as session:
        service.rename(session, project.id, " Mum’s 70th 👩\u200d👧 ")
        assert service.get(session, project.id).title == "Mum’s 70th 👩\u200d👧"


@pytest.mark.parametrize("title", ["", " \n ", "x" * 81, "a\x00b", "\u200d"])
def test_a_title_must_be_one(database: Database, project: Project, anna: UUID, title: str) -> None:
    with pytest.raises(BadInput, match="title"), database.acting_as(anna) as session:
        service.rename(session, project.id, title)


def test_an_unknown_aspect_is_refused_and_changes_nothing(
    database: Database, project: Project, anna: UUID
) -> None:
    with pytest.raises(BadInput), database.acting_as(anna) as session:
        service.set_aspect(session, project.id, "4:3")
    with database.reading_as(anna) as session:
        assert service.get(session, project.id).revision == 0


def test_deleting_takes_along_every_file_that_rows_name(
    database: Database, project: Project, anna: UUID
) -> None:
    with database.unscoped() as session:
        photo = add_photo(session, project)
        rows = photo, add_take(session, photo), add_video(session, project)
        named = [key for row in rows for key in name_files(row)]
    with database.reading_as(anna) as session:
        assert sorted(service.file_keys(session, project.id)) == sorted(named)


def test_deleting_takes_along_what_the_compiler_kept_of_the_photographs(
    database: Database, project: Project, anna: UUID
) -> None:
    part = rendered_parts(project.id) / "segment.mp4"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"frames")
    with database.acting_as(anna) as session:
        service.delete(session, project.id)
    assert not part.parent.exists()
