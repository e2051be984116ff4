"""The bundled music: there after every start, once, and as it is in the repository now."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from echoes.database import Database
from echoes.models import MusicTrack, Project
from echoes.music.analysis import ANALYSIS
from echoes.music.library import seed_library
from echoes.music.service import list_tracks
from echoes.settings import get_settings
from echoes.storage import get_storage
from tests.support.databases.rows import add_project
from tests.support.processes import PATIENCE


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    folder.mkdir()
    for name in ("tender", "sunny"):
        (folder / f"{name}.m4a").write_bytes(f"the sound of {name}".encode())
    write_list(folder, [entry("tender"), entry("sunny")])
    return folder


def entry(name: str, **other: Any) -> dict[str, Any]:
    facts = {"id": name, "title": name.title(), "mood": "quiet", "file": f"{name}.m4a", "duration": 61.5}
    return (
        facts
        | {
            "tempo": 60,
            "first_beat": 0.5,
            "beats_per_bar": 4,
            "loudness": -16.5,
            "true_peak": -1.5,
            "licence": "CC0-1.0",
        }
        | other
    )


def write_list(folder: Path, entries: list[dict[str, Any]]) -> None:
    (folder / "tracks.json").write_text(json.dumps(entries))
    (folder / "peaks.json").write_text(json.dumps({each["id"]: [0.5, 0.25] for each in entries}))


def seed(database: Database, folder: Path) -> list[MusicTrack]:
    with database.unscoped() as session:
        seed_library(session, folder)
    with database.unscoped() as session:
        return list(session.exec(select(MusicTrack).order_by("id")))


def content(track: MusicTrack) -> bytes:
    with get_storage().local_path(track.audio_key) as path:
        return path.read_bytes()


def stored_files() -> list[Path]:
    return [path for path in get_settings().files_dir.rglob("*") if path.is_file()]


def test_the_pieces_are_there_for_everybody(database: Database, bundle: Path, anna: UUID) -> None:
    seed(database, bundle)
    with database.reading_as(anna) as session:
        tender, sunny = list_tracks(session)
    assert (tender.slug, tender.title, tender.mood, tender.duration) == ("tender", "Tender", "quiet", 61.5)
    assert (tender.owner_id, tender.media_type, tender.size_bytes) == (None, "audio/mp4", 19)
    assert content(sunny) == b"the sound of sunny"
    assert (bundle / "sunny.m4a").exists()


def test_every_start_repeats_it_and_changes_nothing(database: Database, bundle: Path) -> None:
    first = [(track.id, track.audio_key) for track in seed(database, bundle)]
    again = [(track.id, track.audio_key) for track in seed(database, bundle)]
    assert again == first
    assert len(stored_files()) == 2


def test_a_piece_that_changed_is_the_same_piece_with_another_file(
    database: Database, bundle: Path, anna: UUID
) -> None:
    tender, _ = seed(database, bundle)
    with database.acting_as(anna) as session:
        project = add_project(session, anna)
        project.music_id = tender.id
    (bundle / "tender.m4a").write_bytes(b"a better recording")
    write_list(bundle, [entry("tender", title="Tenderly", duration=70.0), entry("sunny")])
    changed, _ = seed(database, bundle)
    assert (changed.id, changed.title, changed.duration) == (tender.id, "Tenderly", 70.0)
    assert changed.audio_key != tender.audio_key
    assert content(changed) == b"a better recording"
    assert len(stored_files()) == 2
    with database.unscoped() as session:
        assert session.get_one(Project, project.id).music_id == tender.id


def test_what_is_known_of_a_piece_comes_along(database: Database, bundle: Path) -> None:
    tender, _ = seed(database, bundle)
    assert (tender.licence, tender.loudness, tender.true_peak) == ("CC0-1.0", -16.5, -1.5)
    assert tender.peaks == [0.5, 0.25]
    assert tender.beats is not None
    assert (tender.beats[:3], tender.beats[-1]) == ([0.5, 1.5, 2.5], 61.5)
    assert (tender.downbeats or [])[:2] == [0.5, 4.5]


def test_a_waltz_has_bars_of_three(database: Database, bundle: Path) -> None:
    write_list(bundle, [entry("tender", beats_per_bar=3)])
    (waltz,) = seed(database, bundle)
    assert (waltz.downbeats or [])[:3] == [0.5, 3.5, 6.5]
    assert waltz.analysis == ANALYSIS, "nothing is left to be found out"


def test_what_operators_made_of_the_words_stays_with_the_recording(database: Database, bundle: Path) -> None:
    tender, _ = seed(database, bundle)
    with database.unscoped() as session:
        renamed = session.get_one(MusicTrack, tender.id)
        renamed.title, renamed.mood, renamed.licence = "For the harvest", "warm", "Thanks to Rosa"
        renamed.is_hidden, renamed.position = True, 7
    again, _ = seed(database, bundle)
    assert (again.title, again.mood, again.licence) == ("For the harvest", "warm", "Thanks to Rosa")
    assert (again.is_hidden, again.position) == (True, 7)


def test_a_file_that_went_missing_comes_back(database: Database, bundle: Path) -> None:
    tender, _ = seed(database, bundle)
    get_storage().delete([tender.audio_key])
    seed(database, bundle)
    assert content(tender) == b"the sound of tender"


def test_a_piece_that_is_bundled_no_longer_stays_for_those_who_chose_it(
    database: Database, bundle: Path
) -> None:
    seed(database, bundle)
    write_list(bundle, [entry("sunny")])
    tender, _ = seed(database, bundle)
    assert content(tender) == b"the sound of tender"


def test_what_the_repository_brings_is_there(database: Database) -> None:
    with database.unscoped() as session:
        seed_library(session)
    with database.unscoped() as session:
        bundled = session.exec(select(MusicTrack)).all()
    assert len(bundled) >= 4
    for track in bundled:
        assert track.title
        assert track.mood
        assert 60 <= track.duration <= 180
        assert "CC0" in track.licence
        assert track.loudness == pytest.approx(-16, abs=0.5)
        assert track.beats
        assert len(content(track)) == track.size_bytes > 100_000


@pytest.mark.postgres
def test_two_servers_that_start_at_once_seed_it_once(postgres_database: Database, bundle: Path) -> None:
    together = Barrier(2)

    def start() -> None:
        with postgres_database.unscoped() as session:
            session.exec(select(MusicTrack)).all()
            together.wait(PATIENCE)
            seed_library(session, bundle)

    with ThreadPoolExecutor(2) as servers:
        for server in [servers.submit(start) for _ in range(2)]:
            server.result(PATIENCE)
    with postgres_database.unscoped() as session:
        assert sorted(track.title for track in session.exec(select(MusicTrack))) == ["Sunny", "Tender"]
