"""What somebody does at services that were started by hand: uploads photographs, has a film made of them."""

from io import BytesIO
from typing import Any
from uuid import UUID

import httpx
from PIL import Image
from sqlmodel import col, select

from echoes.clips import service as clips
from echoes.database import get_database
from echoes.models import JobStatus, Take, Video
from echoes.projects import service as projects
from echoes.takes.motions import SURPRISE
from echoes.videos import service as videos
from tests.deploy.compose_services import said
from tests.support.processes import wait_for
from tests.uploads.client import PART, described

TUS = {"Tus-Resumable": "1.0.0"}


def photograph(width: int, height: int) -> bytes:
    file = BytesIO()
    Image.effect_noise((width, height), 40).save(file, "JPEG")
    return file.getvalue()


def a_film(browser: httpx.Client, person: UUID, photos: list[bytes]) -> Video:
    """Of a clip of each photograph. Photographs go through the server; clips and the film are asked for as
    its pages do, by the services: this process has the settings of the server."""
    with get_database().acting_as(person) as session:
        project = projects.create(session, "Together").id
    for number, photo in enumerate(photos):
        upload(browser, project, f"{number}.jpg", photo)
    said(f"{len(photos)} photographs are uploaded")
    with get_database().acting_as(person) as session:
        takes = clips.animate_all(session, project, SURPRISE)
    for take in takes:
        ended(Take, take.id)
    said(f"{len(takes)} clips are made")
    with get_database().acting_as(person) as session:
        clips.approve_all(session, project)
        film = videos.compile_film(session, project)
    made: Video = ended(Video, film.id)
    return made


def upload(browser: httpx.Client, project: UUID, filename: str, content: bytes) -> None:
    facts = described(filename=filename, kind="photo", project=str(project))
    length = {"Upload-Length": str(len(content)), "Upload-Metadata": facts}
    place = browser.post("/uploads", headers=TUS | length).headers["location"]
    sent = browser.patch(place, headers=TUS | {"Upload-Offset": "0", "Content-Type": PART}, content=content)
    assert sent.status_code < 300, sent.text


def ended(model: type[Any], row_id: UUID) -> Any:
    def row() -> Any:
        with get_database().reading() as session:
            return session.exec(select(model).where(col(model.id) == row_id)).one()

    wait_for(lambda: row().ended_at is not None, f"{model.__name__} to be made")
    assert row().status == JobStatus.SUCCEEDED, row().failure
    return row()
