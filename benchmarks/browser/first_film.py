"""End-to-end time from the first upload to the finished film, on the production server as it comes.

    python -m benchmarks.browser.first_film [--photos 6] [--side 4000]

Uploads and the download go over HTTP; what a person would tap is asked of the services, by a second process
on the same database, as a web process beside a worker would. Below stands the floor: the compiler alone,
called for the same work one after the other, without server, queue, storage or database.
"""

import argparse
import base64
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from echoes.accounts.cookies import COOKIE
from tests.journeys.conftest import App
from tests.support.media.photos import make_photos
from tests.support.servers.ports import free_port

LONGEST_WAIT = 600.0


class Stages:
    """Wall seconds, in the order in which they were taken."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float, str]] = []

    @contextmanager
    def timed(self, name: str, remark: str = "") -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.rows.append((name, time.perf_counter() - began, remark))

    def show(self, title: str) -> None:
        print(f"\n{title}")
        for name, seconds, remark in self.rows:
            print(f"  {name:<44}{seconds:8.2f} s   {remark}")


class Person:
    def __init__(self, address: str) -> None:
        self.client = httpx.Client(base_url=address, headers={"origin": address}, timeout=120)
        self.client.post("/auth/local", data={"name": "Benchmark"})
        self.id = self._authenticated()

    def _authenticated(self) -> UUID:
        from echoes.accounts.service import authenticate

        return authenticate(self.client.cookies[COOKIE])

    def act(self, service: Callable[..., Any], *args: Any) -> Any:
        from echoes.database import get_database

        with get_database().acting_as(self.id) as session:
            return service(session, *args)

    def wait_until(self, service: Callable[..., Any], *args: Any) -> None:
        """Looks often enough not to be seen in the figure."""
        deadline = time.monotonic() + LONGEST_WAIT
        while not self.act(service, *args):
            if time.monotonic() > deadline:
                raise TimeoutError(service.__name__)
            time.sleep(0.05)

    def upload(self, photo: Path, project_id: UUID) -> None:
        facts = {"filename": photo.name, "kind": "photo", "project": str(project_id)}
        described = ",".join(
            f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in facts.items()
        )
        tus = {"Tus-Resumable": "1.0.0"}
        size = {"Upload-Length": str(photo.stat().st_size), "Upload-Metadata": described}
        place = self.client.post("/uploads", headers=tus | size).raise_for_status().headers["location"]
        part = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        self.client.patch(place, headers=tus | part, content=photo.read_bytes()).raise_for_status()


def walk(app: App, photos: list[Path], stages: Stages) -> Path:
    """The stages of the journey; returns the film."""
    from echoes.clips import service as clips
    from echoes.projects import service as projects
    from echoes.storage import get_storage
    from echoes.videos import service as videos

    person = Person(app.address)
    project = person.act(projects.create, "Benchmark")
    with stages.timed("upload and develop all photos", "three at a time"), ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda photo: person.upload(photo, project.id), photos))
    asked = time.perf_counter()
    person.act(clips.animate_all, project.id)
    with stages.timed("first clip ready"):
        person.wait_until(ready, project.id, 1)
    person.wait_until(ready, project.id, len(photos))
    stages.rows.append(("all clips ready", time.perf_counter() - asked, f"{len(photos)} clips of 5 s"))
    with stages.timed("approve all"):
        person.act(clips.approve_all, project.id)
    person.act(with_music, project.id)
    with stages.timed("film ready", "crossfades, music"):
        video = person.act(videos.compile_film, project.id)
        person.wait_until(finished, video.id)
    key = person.act(videos.get, video.id).film_key
    with stages.timed("download"):
        film = person.client.get(get_storage().url(key, download_name="film.mp4")).raise_for_status()
    path = app.data_dir / "downloaded.mp4"
    path.write_bytes(film.content)
    return path


def ready(session: Any, project_id: UUID, count: int) -> bool:
    from echoes.clips.service import list_takes
    from echoes.models import JobStatus

    takes = list_takes(session, project_id)
    if failed := [take.failure for take in takes if take.status == JobStatus.FAILED]:
        raise RuntimeError(failed[0])
    return sum(take.status == JobStatus.SUCCEEDED for take in takes) >= count


def finished(session: Any, video_id: UUID) -> bool:
    from echoes.models import JobStatus
    from echoes.videos.service import get

    video = get(session, video_id)
    if video.status == JobStatus.FAILED:
        raise RuntimeError(video.failure)
    return bool(video.status == JobStatus.SUCCEEDED)


def with_music(session: Any, project_id: UUID) -> None:
    from echoes.editing.soundtrack import set_music
    from echoes.music.service import list_tracks

    set_music(session, project_id, list_tracks(session)[0].id)


def floor(photos: list[Path], folder: Path, stages: Stages) -> None:
    from compiler.clips.animate import animate_photo
    from compiler.rendering.film import render
    from compiler.timeline.model import Shot, Soundtrack, Timeline, Transition

    clips = [folder / f"{number}.mp4" for number in range(len(photos))]
    with stages.timed("all clips", "in one process, one after the other"):
        for photo, clip in zip(photos, clips, strict=True):
            animate_photo(photo, clip)
    music = next(Path("assets/music").glob("*.m4a"))
    timeline = Timeline(
        tuple(Shot(str(clip), frames=120) for clip in clips),
        (Transition("crossfade", 12),),
        Soundtrack(str(music)),
    )
    with stages.timed("film", "crossfades, music"):
        render(timeline, folder / "film.mp4")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--photos", type=int, default=6)
    options.add_argument("--side", type=int, default=4000, help="longest side of the photos in pixels")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photos = make_photos(folder / "photos", chosen.side)[: chosen.photos]
        os.environ["ECHOES_DATA_DIR"] = str(folder / "data")
        app, stages = App(folder / "data", free_port(), {}), Stages()
        with stages.timed("server start", "migrated, ready to answer"):
            app.start()
        try:
            began = time.perf_counter()
            film = walk(app, photos, stages)
            stages.rows.append(("from first upload to downloaded film", time.perf_counter() - began, ""))
        finally:
            app.stop()
        stages.show(
            f"Echoes: {len(photos)} photos of up to {chosen.side} px, {film.stat().st_size / 1e6:.1f} MB film"
        )
        alone = Stages()
        floor(photos, folder, alone)
        alone.show("The floor: the compiler alone")


if __name__ == "__main__":
    if not Path(".web/build").exists():
        subprocess.run([sys.executable, "-m", "scripts.frontend"], check=True)
    main()
