"""A film with room before its index is signed where it lies: it is read once, and nothing is copied."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.rendering.film import render
from compiler.timeline.model import Shot, Timeline
from echoes.content_credentials import signer, signing
from echoes.content_credentials.reading import Verdict, read_credentials
from echoes.content_credentials.signing_process import SigningProcess
from echoes.settings import get_settings
from tests.content_credentials.conftest import CAMERA, SHOTS
from tests.support.media.credentials import boxes, credentials_box

pytestmark = pytest.mark.slow


@pytest.fixture
def sign(data_dir: Path) -> Iterator[signing.FileSigner]:
    with signing.film_signer(SHOTS) as made:
        yield made


@pytest.fixture
def film(sign: signing.FileSigner, clip: Path) -> Path:
    """Rendered with the room that its signer asks for."""
    film = clip.with_name("film.mp4")
    render(Timeline((Shot(str(clip)),)), film, room=sign.room)
    return film


def verdict(file: Path) -> Verdict:
    return read_credentials(file, signer.trusted_pem(get_settings())).verdict


def test_only_the_room_before_the_index_is_written(sign: signing.FileSigner, film: Path) -> None:
    before, inode = film.read_bytes(), film.stat().st_ino
    room = sum(len(box) for _, box in boxes(film)[:2])
    sign(film)
    assert verdict(film) == Verdict.OURS
    assert film.stat().st_ino == inode
    assert [kind for kind, _ in boxes(film)] == ["ftyp", "uuid", "free", "moov", "mdat"]
    assert film.read_bytes()[room:] == before[room:]


def test_a_film_without_room_becomes_the_same_film(sign: signing.FileSigner, film: Path, clip: Path) -> None:
    without = clip.with_name("without.mp4")
    render(Timeline((Shot(str(clip)),)), without)
    for each in (film, without):
        signing.film_signer(SHOTS)(each)
        assert verdict(each) == Verdict.OURS
    assert boxes(without)[-1][1] == boxes(film)[-1][1]


def test_what_is_signed_again_has_one_manifest_and_did_not_grow(film: Path, clip: Path) -> None:
    for each, later in ((film, SHOTS[:1]), (clip, ())):
        signing.film_signer(SHOTS)(each)
        size = each.stat().st_size
        signing.film_signer(later)(each)
        assert verdict(each) == Verdict.OURS
        assert [kind for kind, _ in boxes(each)].count("uuid") == 1
        assert each.stat().st_size == size
        assert len(read_credentials(each).actions) == 1 + len(later)


def test_an_index_behind_the_media_stays_there(clip: Path) -> None:
    parts = dict(boxes(clip))
    moved = len(parts["moov"])
    turned = clip.with_name("turned.mp4")
    index = with_moved_offsets(parts["moov"], -moved)
    turned.write_bytes(parts["ftyp"] + parts["free"] + parts["mdat"] + index)
    signing.clip_signer(CAMERA)(turned)
    assert verdict(turned) == Verdict.OURS
    assert [kind for kind, _ in boxes(turned)] == ["ftyp", "uuid", "free", "mdat", "moov"]


def test_it_is_ready_before_the_file_is_there(sign: signing.FileSigner, film: Path) -> None:
    later = film.with_name("later.mp4")
    sign.begin()
    sign.begin()
    shutil.copyfile(film, later)
    sign(later)
    sign(film)
    assert [verdict(each) for each in (later, film)] == [Verdict.OURS] * 2


def test_one_that_is_not_needed_signs_nothing_and_ends(sign: signing.FileSigner, film: Path) -> None:
    before = film.read_bytes()
    with sign:
        sign.begin()
        process = sign._begun
        assert process is not None
        child = process._process
    assert child.returncode == -signal.SIGKILL
    assert film.read_bytes() == before


def test_one_that_ended_while_it_waited_is_replaced(sign: signing.FileSigner, film: Path) -> None:
    with sign:
        sign.begin()
        assert sign._begun is not None
        os.kill(sign._begun._process.pid, signal.SIGKILL)
        sign._begun._process.wait()
        sign(film)
    assert verdict(film) == Verdict.OURS


def test_a_process_that_is_killed_leaves_the_film_and_says_so(
    sign: signing.FileSigner, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it writes, which it does at once when all is signed."""
    before, told = film.read_bytes(), SigningProcess.sign

    def killed(process: SigningProcess, video: Path, copy: Path) -> None:
        os.kill(process._process.pid, signal.SIGKILL)
        told(process, video, copy)

    monkeypatch.setattr(SigningProcess, "sign", killed)
    with pytest.raises(signing.SigningFailed) as failed:
        sign(film)
    assert "-9" in failed.value.cause
    assert film.read_bytes() == before
    assert [path.name for path in film.parent.glob("film*")] == ["film.mp4"]


@pytest.mark.parametrize("damage", [b"", b"no film at all", b"\0\0\1\0ftypisom"])
def test_what_is_no_film_is_not_signed(sign: signing.FileSigner, tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "film.mp4").write_bytes(damage)
    with pytest.raises(signing.SigningFailed):
        sign(tmp_path / "film.mp4")
    assert (tmp_path / "film.mp4").read_bytes() == damage


def test_the_room_is_enough_for_many_shots(data_dir: Path, clip: Path) -> None:
    for count in (0, 1, 30, 400):
        sign, film = signing.film_signer(SHOTS[:1] * count), clip.with_name(f"{count}.mp4")
        render(Timeline((Shot(str(clip)),)), film, room=sign.room)
        sign(film)
        assert sum(len(box) for _, box in boxes(film)[1:3]) == sign.room
        assert len(credentials_box(film)) > sign.room // 2


def with_moved_offsets(index: bytes, by: int) -> bytes:
    place = index.index(b"stco") + 8
    count = int.from_bytes(index[place : place + 4])
    table = index[place + 4 : place + 4 + 4 * count]
    moved = [int.from_bytes(table[4 * n : 4 * n + 4]) + by for n in range(count)]
    return index[: place + 4] + b"".join(n.to_bytes(4) for n in moved) + index[place + 4 + 4 * count :]
