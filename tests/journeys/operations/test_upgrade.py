"""An upgrade under load: processes of this release and of the next on one PostgreSQL, one Redis, one storage.

People sign in, upload and ask for clips all the while. Nobody is refused but by a server that is gone, as a
proxy sees it, which then asks the other one.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Route
from sqlmodel import col, func, select

from echoes import operator_settings
from echoes.accounts.cookies import COOKIE
from echoes.accounts.service import authenticate
from echoes.clips import service as clips
from echoes.database import Database
from echoes.dbos_adapter.tables import UNDER_WAY
from echoes.jobs.requests import client
from echoes.models import UNFINISHED, CreditEntry, EntryKind, JobEvent, JobStatus, Photo, Take
from echoes.operator_settings import Providers, Rewards
from echoes.projects import service as projects
from echoes.storage import get_storage
from echoes.takes.motions import SURPRISE
from tests.journeys.conftest import UNHURRIED, App, require_front_end
from tests.journeys.visitors import has_script
from tests.support.processes import wait_for
from tests.support.releases import NEXT_REVISION, ROOT, Release, next_release
from tests.support.servers.redis import RedisServer
from tests.uploads.client import PART, described

pytestmark = pytest.mark.slow
PEOPLE = 2
PAUSE = 5.0
PRICE = 1
CLIPS_A_STAGE = 2
"""Made before the next stage of the upgrade begins."""
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class Proxy:
    """Asks the servers in turn; one that refuses the connection is gone, and the next one is asked."""

    addresses: list[str] = field(default_factory=list)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    _turns: Iterator[int] = field(default_factory=count)

    def request(self, method: str, path: str, headers: dict[str, str], **body: object) -> httpx.Response:
        first = next(self._turns)
        for turn in range(len(self.addresses)):
            address = self.addresses[(first + turn) % len(self.addresses)]
            try:
                answer = self._ask(method, address, path, headers, body)
            except httpx.ConnectError:
                continue
            self.answers[address, answer.status_code] += 1
            assert answer.status_code < 400, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
            return answer
        raise AssertionError(f"no server takes {method} {path}")

    def _ask(
        self, method: str, address: str, path: str, headers: dict[str, str], body: dict[str, object]
    ) -> httpx.Response:
        with httpx.Client(verify=False, timeout=60) as connection:  # noqa: S501 - plain HTTP on loopback
            return connection.request(method, address + path, headers=headers | {"Origin": address}, **body)  # type: ignore[arg-type]


@dataclass
class Person:
    """Signs in anew for each photograph, uploads it in two parts, and asks for a clip."""

    proxy: Proxy
    database: Database
    name: str
    uploaded: int = 0
    asked: list[UUID] = field(default_factory=list)
    project: UUID | None = None

    def act(self) -> None:
        session = self.proxy.request("POST", "/auth/local", {}, data={"name": self.name}).cookies[COOKIE]
        headers = {"Cookie": f"{COOKIE}={session}"}
        self.proxy.request("GET", "/films", headers)
        person = authenticate(session)
        if self.project is None:
            with self.database.acting_as(person) as rows:
                self.project = projects.create(rows, "An upgrade").id
        photo = self._upload(headers, picture(self.uploaded))
        with self.database.acting_as(person) as rows:
            (take,) = clips.animate(rows, photo, SURPRISE)
        self.asked.append(take.id)

    def _upload(self, headers: dict[str, str], content: bytes) -> UUID:
        facts = described(filename=f"{self.uploaded}.jpg", kind="photo", project=str(self.project))
        length = {"Upload-Length": str(len(content)), "Upload-Metadata": facts}
        place = self.proxy.request("POST", "/uploads", headers | TUS | length).headers["location"]
        half = len(content) // 2
        for start, part in ((0, content[:half]), (half, content[half:])):
            offset = {"Upload-Offset": str(start), "Content-Type": PART}
            self.proxy.request("PATCH", place, headers | TUS | offset, content=part)
        self.uploaded += 1
        with self.database.unscoped() as rows:
            mine = (
                select(Photo.id)
                .where(Photo.project_id == self.project)
                .order_by(col(Photo.created_at).desc())
            )
            found = rows.exec(mine).all()
        assert len(found) == self.uploaded
        return found[0]


def picture(seed: int) -> bytes:
    file = BytesIO()
    Image.effect_noise((640, 360), 20 + seed).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def settings(
    postgres_database: Database, redis_server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Clips cost something, so that paying twice would show."""
    require_front_end()
    with postgres_database.unscoped() as session:
        operator_settings.write(session, Providers(prices={"motion": PRICE}), None)
        operator_settings.write(session, Rewards(sign_up_locally=1000), None)
    return {"ECHOES_REDIS_URL": redis_server.url, "ECHOES_CLIP_SECONDS": "1.0", **UNHURRIED}


@pytest.mark.postgres
@pytest.mark.redis
def test_an_upgrade_under_load_loses_nothing(
    postgres_database: Database, settings: dict[str, str], tmp_path: Path
) -> None:
    now, then = Release(ROOT, settings), next_release(tmp_path / "next", settings)
    proxy = Proxy()
    people = [Person(proxy, postgres_database, f"Person {number}") for number in range(PEOPLE)]
    with ExitStack() as machines:
        old_web = machines.enter_context(now.web(tmp_path / "old-web.log"))
        old_worker = machines.enter_context(now.worker(tmp_path / "old-worker.log"))
        proxy.addresses.append(old_web.address)
        with under_load(people):
            wait_for_clips(postgres_database, CLIPS_A_STAGE)
            then.migrate()
            wait_for_clips(postgres_database, CLIPS_A_STAGE)
            new_web = machines.enter_context(then.web(tmp_path / "new-web.log"))
            new_worker = machines.enter_context(then.worker(tmp_path / "new-worker.log"))
            proxy.addresses.append(new_web.address)
            wait_for_clips(postgres_database, CLIPS_A_STAGE)
            assert [old_web.end(), old_worker.end()] == [0, 0]
            back = machines.enter_context(now.worker(tmp_path / "back.log"))
            wait_for_clips(postgres_database, CLIPS_A_STAGE)
        wait_for(lambda: unfinished(postgres_database) == 0, "the last clips")
        assert [back.end(), new_web.end(), new_worker.end()] == [0, 0, 0]
    assert f"migrated by a newer Echoes, to revision {NEXT_REVISION}" in back.log.read_text()
    assert {address for address, _ in proxy.answers} == {old_web.address, new_web.address}
    nothing_is_lost(postgres_database, people)


@contextmanager
def under_load(people: list[Person]) -> Iterator[None]:
    """Everybody acts again and again until the block ends; what goes wrong for anybody fails the test."""
    ended = threading.Event()

    def go_on(person: Person) -> None:
        while not ended.is_set():
            person.act()
            ended.wait(PAUSE)

    with ThreadPoolExecutor(len(people)) as threads:
        going = [threads.submit(go_on, person) for person in people]
        try:
            yield
        finally:
            ended.set()
        for each in going:
            each.result()


def wait_for_clips(database: Database, more: int) -> None:
    wanted = counted(database, JobStatus.SUCCEEDED) + more
    wait_for(lambda: counted(database, JobStatus.SUCCEEDED) >= wanted, f"{wanted} clips")


def unfinished(database: Database) -> int:
    return counted(database, *UNFINISHED)


def counted(database: Database, *statuses: JobStatus) -> int:
    with database.unscoped() as rows:
        return rows.scalar(select(func.count()).select_from(Take).where(col(Take.status).in_(statuses))) or 0


def nothing_is_lost(database: Database, people: list[Person]) -> None:
    """Each photo once, each clip made once and paid for once, and nothing goes on."""
    asked = [take for person in people for take in person.asked]
    uploaded = sum(person.uploaded for person in people)
    with database.unscoped() as rows:
        takes = rows.exec(select(Take)).all()
        ends = Counter(rows.exec(select(JobEvent.subject_id).where(JobEvent.message == "made")))
        spent = rows.exec(select(CreditEntry).where(CreditEntry.kind != EntryKind.GRANT)).all()
        assert rows.scalar(select(func.count()).select_from(Photo)) == uploaded
    assert {take.id for take in takes} == set(asked)
    assert {take.status for take in takes} == {JobStatus.SUCCEEDED}
    assert all(take.video_key and get_storage().exists(take.video_key) for take in takes)
    assert ends == Counter(asked)
    assert Counter(entry.subject_id for entry in spent) == Counter(asked)
    assert client(database).list_workflows(status=list(map(str, UNDER_WAY))) == []


@pytest.mark.chromium
def test_a_page_of_the_former_build_is_loaded_anew_when_its_scripts_are_gone(
    chromium: Browser, app: App
) -> None:
    """React Router does it. The tap that needed the script is lost, and the next one arrives."""
    page = chromium.new_page()
    page.goto(f"{app.address}/sign-in")
    home = page.get_by_role("link", name="Echoes").first
    has_script(home)
    page.wait_for_load_state("networkidle")
    gone: list[str] = []

    def answer(route: Route) -> None:
        if gone:
            route.continue_()
        else:
            gone.append(route.request.url)
            route.fulfill(status=404, content_type="text/html", body="Not found")

    # The landing page's own script, which the tap alone asks for: what is fetched when idle may fail unseen.
    page.route("**/assets/_index-*.js", answer)
    with page.expect_event("load"):
        home.click()
    assert len(gone) == 1
    has_script(home)
    home.click()
    page.wait_for_url(f"{app.address}/")
    page.close()
