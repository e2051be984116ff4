"""The job catalogue and the classes agree, and jobs of the version before go on."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from echoes.credits import ledger
from echoes.database import Database
from echoes.engine import Engine, registry
from echoes.jobs.base import Job
from echoes.jobs.names import JobName
from echoes.jobs.requests import enqueue, prepare_engine_tables
from echoes.models import JobStatus, Photo, Project, Take, Video, now
from echoes.takes.cancellation import ASKING, CancelledSubmission
from tests.support.databases.rows import add_video
from tests.support.jobs.making import Script, requested_take, reread
from tests.support.jobs.own_jobs import wait_for_status

ROOT = Path(__file__).resolve().parents[2]


def test_every_name_has_its_class() -> None:
    jobs = registry.jobs()
    assert [job.name for job in jobs] == list(JobName)
    assert all(isinstance(job, Job) for job in jobs)


def test_every_class_with_a_name_is_the_one_of_the_catalogue() -> None:
    named = re.compile(r"^class (\w+)\(.*?^    name = JobName\.(\w+)$", re.DOTALL | re.MULTILINE)
    found = {
        name: f"{'.'.join(path.relative_to(ROOT).with_suffix('').parts)}:{class_name}"
        for path in (ROOT / "echoes").rglob("*.py")
        for part in re.split(r"^(?=class )", path.read_text(), flags=re.MULTILINE)
        for class_name, name in named.findall(part)
    }
    assert found == {name.name: name.class_path for name in JobName}


def test_labels_say_what_a_job_does() -> None:
    """As in “could not tell the engine to stop the job to make a film”."""
    assert all(re.fullmatch(r"[a-z]+ a [a-z ]+", name.label) for name in JobName)
    assert len({name.label for name in JobName}) == len(JobName)


SETTLED = {"kind": "", "sentence": "", "cause": "", "retryable": False, "retry_after": None, "tries": None}
SETTLED |= {"moderated": False, "refundable": None}


def remember(connection: sa.Connection, name: str, subject: UUID, steps: dict[str, Any]) -> None:
    """As version 0.1 left a job that was interrupted before its last step."""
    workflow = {"id": f"{name}:{subject}"}
    begun = sa.text(
        "UPDATE workflow_status SET status = 'PENDING', executor_id = 'embedded', application_version = '1',"
        " recovery_attempts = 1 WHERE workflow_uuid = :id AND name = :name"
    )
    assert connection.execute(begun, workflow | {"name": name}).rowcount == 1
    done = sa.text(
        "INSERT INTO operation_outputs (workflow_uuid, function_id, function_name, output, serialization)"
        " VALUES (:id, :number, :step, :output, 'portable_json')"
    )
    for number, (step, output) in enumerate(steps.items(), 1):
        facts = {"number": number, "step": step, "output": json.dumps(output)}
        connection.execute(done, workflow | facts)


def steps_of(database: Database, subject: UUID) -> list[str]:
    query = "SELECT function_name FROM operation_outputs WHERE workflow_uuid LIKE :id ORDER BY function_id"
    with database.system_engine.connect() as connection:
        return list(connection.scalars(sa.text(query), {"id": f"%{subject}"}))


@pytest.mark.slow
def test_jobs_that_the_version_before_had_begun_go_on(
    database: Database, photos: list[Photo], script: Script
) -> None:
    """Names of jobs and of steps, their order and their results are stored: they bind us."""
    prepare_engine_tables()
    generated, called_off = (requested_take(database, photo) for photo in photos)
    made = {"progress": 1.0, "stage": "", "frames": 24, "size_bytes": 1, "profile_version": 1}
    with database.unscoped() as session:
        order = CancelledSubmission(str(called_off.id), str(called_off.owner_id), "scripted", "job-1", 1)
        enqueue(session, JobName.CANCEL_TAKE, called_off.id, called_off.owner_id, argument=order.to_text())
        row = session.get_one(Take, called_off.id)
        row.status, row.failure_kind, row.ended_at = JobStatus.CANCELLED, ASKING, now()
        facts = {"owner_id", "clip_id", "provider", "model", "motion", "aspect"}
        conformed = Take(
            **generated.model_dump(include=facts), status=JobStatus.RUNNING, raw_key="a/raw/b.mp4"
        )
        session.add(conformed)
        session.flush()
        enqueue(session, JobName.CONFORM_TAKE, conformed.id, conformed.owner_id)
        session.get_one(Take, generated.id).status = JobStatus.RUNNING
        film = add_video(session, session.get_one(Project, photos[0].project_id), JobStatus.RUNNING)
        enqueue(session, JobName.COMPILE_FILM, film.id, film.owner_id)
    keys = ["a/takes/b.mp4", "a/takes/b.jpg", "a/takes/b.m4a", "a/raw/b.mp4"]
    with database.system_engine.begin() as connection:
        attempted = {"Job.begin": keys, "Job.attempt": SETTLED | {"made": made}}
        remember(connection, "generate_take", generated.id, attempted)
        remember(connection, "conform_take", conformed.id, attempted)
        film_made = {"progress": 1.0, "stage": "", "frames": 24, "size_bytes": 1}
        remember(
            connection, "compile_film", film.id,
            {"Job.begin": keys[:2], "Job.attempt": SETTLED | {"made": film_made}},
        )  # fmt: skip
        answer = {"is_charged": False, "cause": "stopped", "job_id": "job-1", "cost": None}
        remember(connection, "cancel_take", called_off.id, {"tell_provider": answer})
        stop = sa.text("DELETE FROM workflow_status WHERE workflow_uuid = :id")
        connection.execute(stop, {"id": f"generate_take:{called_off.id}"})
    engine = Engine()
    engine.start()
    try:
        for subject in (generated, conformed, called_off, film):
            wait_for_status(subject.id, "SUCCESS")
    finally:
        engine.stop()
    ends = {type(row).__name__: reread(row).status for row in (generated, conformed, film)}
    assert ends == {Take.__name__: JobStatus.SUCCEEDED, Video.__name__: JobStatus.SUCCEEDED}
    assert script.calls() == []
    with database.reading() as session:
        assert ledger.balance_of(session, called_off.owner_id) == 1, "what was called off is paid back"
    lasts = [steps_of(database, row.id)[-1] for row in (generated, conformed, film, called_off)]
    assert lasts == ["TakeJob.settle", "TakeJob.settle", "Job.settle", "settle"]
