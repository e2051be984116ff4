"""Fairness of uploads and clips: how long people wait for their photographs in a crowd, and in whose turn.

    python -m benchmarks.server.upload_turns --people 50    two photographs and clips each
    python -m benchmarks.server.upload_turns --bombs 6      a photograph beside somebody's huge PNGs

Against the production server in a process of its own on loopback, with SQLite. Needs the built front end.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

from PIL import Image, ImageChops
from sqlmodel import col, select

from echoes.accounts.service import open_session
from echoes.clips import service as clips
from echoes.database import get_database
from echoes.models import Clip, Project, Take, User
from echoes.settings import get_settings
from tests.support.processes import PATIENCE, descendants
from tests.support.servers.ports import free_port
from tests.uploads.client import PAGES, Uploader

ROOT = Path(__file__).resolve().parents[2]
PHONE = (4000, 3000)
BOMB = (14_000, 14_000)
HURRIED = 10
SOON = 1.0
"""Seconds after which a stranger comes."""


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="upload-turns-") as folder, _server(Path(folder)) as server:
        address, before = server.address, server.processor_seconds()
        if options.people:
            crowd(address, options.people, not options.uploads_alone)
        if options.bombs:
            beside_bombs(address, options.bombs)
        pages, children = (
            after - then for after, then in zip(server.processor_seconds(), before, strict=True)
        )
        print(f"of processor: the web process {pages:.1f} s, its children {children:.1f} s")
        get_database().dispose()


def crowd(address: str, count: int, with_clips: bool) -> None:
    photo, people = photograph(), [Person(address, number) for number in range(count)]

    def come(person: Person) -> list[float]:
        waits = person.send_together([photo, photo])
        if with_clips:
            person.ask_for_clips()
        return waits

    with ThreadPoolExecutor(count) as pool:
        waits = [wait for person in pool.map(come, people) for wait in person]
    tell(f"{count} people, two photographs each: sent to shown", waits)
    if with_clips:
        judge_turns(people)


def judge_turns(people: list["Person"]) -> None:
    """As soon as some have their first clip they ask for another take of it, which is their third."""
    hurried = {person.id: person for person in people[:HURRIED]}
    while unfinished := [take for take in _takes() if take.ended_at is None]:
        waiting = {take.clip_id for take in unfinished}
        for take in _takes():
            if take.owner_id in hurried and take.clip_id not in waiting:
                hurried.pop(take.owner_id).ask_again(take)
    begun: dict[UUID, list[datetime]] = defaultdict(list)
    for take in _takes():
        assert take.started_at
        assert take.failure is None
        begun[take.owner_id].append(take.started_at)
    last_first = max(min(times) for times in begun.values())
    thirds = [sorted(times)[2] for times in begun.values() if len(times) > 2]
    print(f"clips made {sum(map(len, begun.values()))}, of them thirds {len(thirds)}")
    print(f"thirds begun before somebody's first: {sum(third < last_first for third in thirds)}")


def beside_bombs(address: str, count: int) -> None:
    photo, bomb = photograph(), flat_png()
    alone, attacker, beside = (Person(address, number) for number in range(1000, 1003))
    tell("a stranger's photograph, alone: sent to shown", alone.send_together([photo]))
    with ThreadPoolExecutor(1) as pool:
        bombs = pool.submit(attacker.send_together, [bomb] * count)
        time.sleep(SOON)
        tell(f"beside {count} PNGs of 14,000 x 14,000", beside.send_together([photo]))
        tell("those themselves", bombs.result())


class Person:
    """Somebody with a film of their own, signed in on one browser."""

    def __init__(self, address: str, number: int) -> None:
        with get_database().unscoped() as session:
            user = User(issuer="local", subject=f"person {number}", name=f"Person {number}")
            session.add(user)
            session.flush()
            project = Project(owner_id=user.id, title="Summer")
            session.add(project)
            self.id, self.project = user.id, project.id
            token = open_session(session, get_settings(), user.id, "a browser")
        self.browser = Uploader(address, token, timeout=PATIENCE)

    def send_together(self, contents: list[bytes]) -> list[float]:
        """Seconds from the first byte until each is in the film."""
        with ThreadPoolExecutor(len(contents)) as pool:
            return list(pool.map(self._send, contents))

    def _send(self, content: bytes) -> float:
        path, began = self.browser.begun(self.project, len(content)), time.monotonic()
        answer = self.browser.append(path, 0, content)
        assert answer.status_code in {200, 422}, answer.text
        return time.monotonic() - began

    def ask_for_clips(self) -> None:
        with get_database().acting_as(self.id) as session:
            clips.animate_all(session, self.project)

    def ask_again(self, take: Take) -> None:
        with get_database().acting_as(self.id) as session:
            clips.animate(session, session.get_one(Clip, take.clip_id).photo_id, "pull_back")


def _takes() -> list[Take]:
    time.sleep(0.5)
    with get_database().reading() as session:
        return list(session.exec(select(Take).order_by(col(Take.id))))


def tell(what: str, waits: list[float]) -> None:
    waits = sorted(waits)
    at_95 = waits[min(len(waits) - 1, int(len(waits) * 0.95))]
    middle = statistics.median(waits)
    print(f"{what:52} median {middle:6.2f} s   95% {at_95:6.2f} s   longest {waits[-1]:6.2f} s", flush=True)


def photograph() -> bytes:
    """Twelve megapixels with grain, some three megabytes, as a phone sends."""
    grain = Image.effect_noise(PHONE, 12).convert("RGB")
    picture = ImageChops.add(Image.linear_gradient("L").resize(PHONE).convert("RGB"), grain, scale=2)
    return _encoded(picture, "JPEG", quality=88)


def flat_png() -> bytes:
    """Half a megabyte that unfolds to as much as six hundred."""
    return _encoded(Image.new("RGB", BOMB, (90, 80, 70)), "PNG")


def _encoded(picture: Image.Image, format_name: str, **options: int) -> bytes:
    file = BytesIO()
    picture.save(file, format_name, **options)
    return file.getvalue()


@dataclass(frozen=True)
class Server:
    address: str
    pid: int

    def processor_seconds(self) -> tuple[float, float]:
        """Its own, and of all children that it has and had."""
        own, waited_for = _times(self.pid)
        return own, waited_for + sum(sum(_times(child)) for child in descendants(self.pid))


def _times(pid: int) -> tuple[float, float]:
    """In user and kernel mode: of the process itself, and of the children that it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system, of_children, system_of_children = (int(field) for field in fields[11:15])
    ticks = os.sysconf("SC_CLK_TCK")
    return (user + system) / ticks, (of_children + system_of_children) / ticks


@contextmanager
def _server(folder: Path) -> Iterator[Server]:
    port = free_port()
    os.environ.update(
        ECHOES_DATA_DIR=str(folder), ECHOES_PORT=str(port), ECHOES_PUBLIC_URL=PAGES, ECHOES_CLIP_SECONDS="1"
    )
    subprocess.run([sys.executable, "-m", "alembic", "upgrade", "head"], cwd=ROOT, check=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "echoes.web"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Echoes is ready"), "the server did not start"
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, default=0)
    parser.add_argument("--bombs", type=int, default=0)
    parser.add_argument("--uploads-alone", action="store_true", help="no clips meanwhile")
    return parser.parse_args()


if __name__ == "__main__":
    main()
