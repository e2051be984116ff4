"""The library: brought in by operators alone, ordered, hidden without taking it from those who chose it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from echoes.accounts import service as accounts
from echoes.accounts.cookies import COOKIE
from echoes.admin import audit, music
from echoes.admin.audit import Operator
from echoes.admin.routes import routes
from echoes.database import Database
from echoes.errors import BadInput, NotFound
from echoes.models import MusicTrack
from echoes.music.service import list_tracks
from echoes.settings import get_settings
from echoes.storage import get_storage
from tests.music.sounds import tone
from tests.support.databases.rows import add_project, add_track
from tests.support.servers.application import application

pytestmark = pytest.mark.slow

WORDS = {"title": "A new piece", "mood": "Bright", "licence": "CC0, by Ada"}


@pytest.fixture
def browser(database: Database) -> Iterator[TestClient]:
    with TestClient(application(routes), follow_redirects=False) as client:
        yield client


def sign_in(browser: TestClient, database: Database, user_id: UUID) -> None:
    with database.unscoped() as session:
        browser.cookies.set(COOKIE, accounts.open_session(session, get_settings(), user_id, ""))


def post(browser: TestClient, content: bytes = b"", **words: str) -> str:
    data = WORDS | {"piece": str(uuid4())} | words
    answer = browser.post("/library/music", data=data, files={"file": ("piece.wav", content)})
    return f"{answer.status_code} {answer.headers.get('location', '')}"


def library(database: Database) -> list[MusicTrack]:
    with database.reading() as session:
        return music.tracks(session)


def test_a_piece_comes_in_with_its_loudness_and_its_beats(
    browser: TestClient, database: Database, operator: Operator, tmp_path: Path
) -> None:
    assert operator.id
    sign_in(browser, database, operator.id)
    assert post(browser, tone(tmp_path / "piece.wav", seconds=4).read_bytes()) == "303 /admin/music"
    (track,) = library(database)
    assert (track.title, track.mood, track.licence, track.owner_id) == (*WORDS.values(), None)
    assert track.loudness is not None
    assert -70 < track.loudness < 0
    assert isinstance(track.beats, list)
    assert track.peaks is not None
    assert max(track.peaks) > 0.05
    with get_storage().local_path(track.audio_key) as path:
        assert path.stat().st_size == track.size_bytes
    with database.reading() as session:
        assert [line.action for line in audit.entries(session)] == ["add music"]


@pytest.mark.slow
def test_a_form_that_is_sent_twice_brings_in_one_piece(
    browser: TestClient, database: Database, operator: Operator, tmp_path: Path
) -> None:
    assert operator.id
    sign_in(browser, database, operator.id)
    content, piece = tone(tmp_path / "piece.wav", seconds=1.5).read_bytes(), str(uuid4())
    with ThreadPoolExecutor(2) as taps:
        answers = list(taps.map(lambda _: post(browser, content, piece=piece), range(2)))
    answers.append(post(browser, content, piece=piece))
    assert answers == ["303 /admin/music"] * 3
    (track,) = library(database)
    assert str(track.id) == piece
    with get_storage().local_path(track.audio_key) as path:
        assert [file.name for file in path.parent.iterdir()] == [path.name]
    with database.reading() as session:
        assert [line.action for line in audit.entries(session)] == ["add music"]


def test_a_form_without_its_id_is_sent_back(
    browser: TestClient, database: Database, operator: Operator
) -> None:
    assert operator.id
    sign_in(browser, database, operator.id)
    assert post(browser, b"RIFF", piece="../x") == "303 /admin/music?problem=unreadable_form"
    assert library(database) == []


def test_for_others_there_is_nothing_here(browser: TestClient, database: Database, anna: UUID) -> None:
    assert post(browser, b"RIFF").startswith("404")
    sign_in(browser, database, anna)
    assert post(browser, b"RIFF").startswith("404")
    assert library(database) == []


@pytest.mark.parametrize(
    ("content", "title", "problem"), [(b"no music at all", "A", "bad_music"), (b"RIFF", " ", "bad_input")]
)
def test_what_is_no_music_is_sent_back_with_a_reason(
    browser: TestClient, database: Database, operator: Operator, content: bytes, title: str, problem: str
) -> None:
    assert operator.id
    sign_in(browser, database, operator.id)
    assert post(browser, content, title=title) == f"303 /admin/music?problem={problem}"
    assert library(database) == []
    assert list(get_settings().incoming_dir.iterdir()) == []


def test_pieces_change_places(database: Database, operator: Operator) -> None:
    with database.unscoped() as session:
        first, second, third = [add_track(session).id for _ in range(3)]
        music.move(session, operator, third, -1)
        music.move(session, operator, first, -1)
    assert [track.id for track in library(database)] == [first, third, second]
    with database.reading() as session:
        (line,) = audit.entries(session)
    assert (line.before, line.after) == ({"place": 2}, {"place": 1}), "at an end nothing changes"


def test_a_hidden_piece_stays_with_those_who_chose_it(
    database: Database, operator: Operator, anna: UUID, stranger: UUID
) -> None:
    with database.unscoped() as session:
        track = add_track(session)
        add_project(session, anna).music_id = track.id
        music.change(session, operator, track.id, WORDS, is_hidden=True)
    with database.reading_as(anna) as session:
        assert [track.title for track in list_tracks(session)] == ["A new piece"]
    with database.reading_as(stranger) as session:
        assert list_tracks(session) == []
    with database.reading() as session:
        (line,) = audit.entries(session)
    assert (line.before["is_hidden"], line.after["is_hidden"]) == (False, True)


def test_somebodys_own_music_is_not_the_librarys(database: Database, operator: Operator, anna: UUID) -> None:
    with database.unscoped() as session:
        own = add_track(session, anna)
        for track_id in (own.id, uuid4()):
            with pytest.raises(NotFound):
                music.change(session, operator, track_id, WORDS, is_hidden=True)
            with pytest.raises(NotFound):
                music.move(session, operator, track_id, 1)


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"title": "x" * 81}, {"mood": "x" * 41}, {"licence": "x" * 401}]
)
def test_words_that_cannot_be_shown_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        music.checked(WORDS | wrong)
