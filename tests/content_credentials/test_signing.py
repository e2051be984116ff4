"""What is signed into a film, what stays as it was, and what a reader makes of it."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from compiler.container.mp4_reader import read_sample_table
from compiler.media.probing import probe
from echoes.certificates.authority import CONTENT_CREDENTIALS, WEB_SERVER, Profile, issue, make_authority
from echoes.certificates.pem import read_credential, write_secret
from echoes.content_credentials import signer, signing
from echoes.content_credentials.manifest import manifest_of_film
from echoes.content_credentials.provenance import MovementSource, ShotProvenance, source_of
from echoes.content_credentials.reading import (
    CredentialsUnreadable,
    NoCredentials,
    Verdict,
    read_credentials,
)
from echoes.models import now
from echoes.settings import get_settings
from tests.content_credentials.conftest import CAMERA, RUNWAY, SHOTS
from tests.support.databases.fresh import forget
from tests.support.media.credentials import boxes, credentials_box
from tests.support.servers.production import serve

pytestmark = pytest.mark.slow


def verdict(file: Path) -> Verdict:
    return read_credentials(file, signer.trusted_pem(get_settings())).verdict


def with_certificate(monkeypatch: pytest.MonkeyPatch, pem: bytes, folder: Path) -> None:
    """As one that was bought: in files that the settings name."""
    write_secret(folder / "bought.pem", pem)
    for name in ("CERTIFICATE", "KEY"):
        monkeypatch.setenv(f"ECHOES_C2PA_{name}", str(folder / "bought.pem"))
    forget()


def test_a_film_says_which_shots_are_generated_and_which_are_camera_moves(clip: Path) -> None:
    signing.film_signer(SHOTS)(clip)
    found = read_credentials(clip, signer.trusted_pem(get_settings()))
    assert (found.verdict, found.problems) == (Verdict.OURS, ())
    assert found.generator.startswith("Echoes ")
    created, camera, generated = found.actions
    assert (created.name, created.source_type) == ("c2pa.created", "compositeWithTrainedAlgorithmicMedia")
    assert (camera.source_type, camera.seconds) == ("humanEdits", ((0.0, 5.0),))
    assert (generated.source_type, generated.agent) == ("trainedAlgorithmicMedia", "Runway Gen-4 Turbo")
    assert generated.seconds == ((4.5, 9.5),)


@pytest.mark.parametrize(
    ("sign", "source_type"),
    [
        (signing.clip_signer(CAMERA), "humanEdits"),
        (signing.clip_signer(RUNWAY), "trainedAlgorithmicMedia"),
        (signing.film_signer(SHOTS[:1]), "composite"),
        (signing.film_signer(()), "composite"),
    ],
)
def test_the_whole_is_named_by_its_own_term(
    clip: Path, sign: Callable[[Path], None], source_type: str
) -> None:
    sign(clip)
    assert read_credentials(clip).actions[0].source_type == source_type


def test_not_a_byte_of_the_frames_changes(clip: Path) -> None:
    before = {kind: hashlib.sha256(box).digest() for kind, box in boxes(clip)}
    frames, length = read_sample_table(clip), len(clip.read_bytes())
    signing.film_signer(SHOTS)(clip)
    (_, *added, _, _, _), whole = boxes(clip), len(clip.read_bytes())
    assert [kind for kind, _ in added] == ["uuid", "free"]
    after = {kind: hashlib.sha256(box).digest() for kind, box in boxes(clip) if kind not in ("uuid", "moov")}
    assert after == {kind: digest for kind, digest in before.items() if kind != "moov"}
    moved = sum(len(box) for _, box in added)
    assert whole == length + moved
    signed = read_sample_table(clip)
    assert [place - moved for place in signed.offsets] == list(frames.offsets)
    assert probe(clip, strict=True).frames == 24


def test_it_begins_to_play_as_fast_as_before(clip: Path) -> None:
    """The index still stands before the frames, and what was put before it is a fraction of a poster."""
    hundred = [ShotProvenance(4.5 * n, 4.5 * n + 5, (CAMERA, RUNWAY)[n % 2]) for n in range(100)]
    signing.film_signer(hundred)(clip)
    kinds = [kind for kind, _ in boxes(clip)]
    assert kinds[:4] == ["ftyp", "uuid", "free", "moov"]
    assert sum(len(box) for _, box in boxes(clip)[1:3]) < 16_000


def grown(clip: Path, megabytes: int) -> None:
    """With so much more in its last box, that of its frames."""
    data = bytearray(clip.read_bytes())
    place = data.rindex(b"mdat") - 4
    length = int.from_bytes(data[place : place + 4], "big") + megabytes * 1024 * 1024
    data[place : place + 4] = length.to_bytes(4, "big")
    clip.write_bytes(bytes(data) + bytes(megabytes * 1024 * 1024))


def test_a_large_film_is_signed_in_parts_and_a_change_in_its_middle_is_noticed(clip: Path) -> None:
    grown(clip, 40)
    before = clip.read_bytes()
    signing.film_signer(SHOTS)(clip)
    assert verdict(clip) == Verdict.OURS
    assert len(credentials_box(clip)) < 16_000
    assert [kind for kind, _ in boxes(clip)] == ["ftyp", "uuid", "free", "moov", "free", "mdat"]
    assert before[-len(before) // 2 :] in clip.read_bytes()
    changed = bytearray(clip.read_bytes())
    changed[20 * 1024 * 1024] ^= 1
    clip.write_bytes(changed)
    assert verdict(clip) == Verdict.CHANGED


def test_a_changed_film_is_noticed(clip: Path, tmp_path: Path) -> None:
    signing.film_signer(SHOTS)(clip)
    changed = bytearray(clip.read_bytes())
    changed[-300] ^= 1
    (tmp_path / "changed.mp4").write_bytes(changed)
    assert verdict(tmp_path / "changed.mp4") == Verdict.CHANGED


def test_what_carries_none_and_what_cannot_be_read(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(NoCredentials):
        read_credentials(clip)
    (tmp_path / "words.mp4").write_text("no film at all")
    with pytest.raises((NoCredentials, CredentialsUnreadable)):
        read_credentials(tmp_path / "words.mp4")
    signing.film_signer(SHOTS)(clip)
    (tmp_path / "half.mp4").write_bytes(clip.read_bytes()[:5000])
    with pytest.raises(CredentialsUnreadable):
        read_credentials(tmp_path / "half.mp4")
    with pytest.raises(FileNotFoundError):
        read_credentials(tmp_path / "nowhere.mp4")


def test_one_of_somebody_else_is_valid_and_not_ours(clip: Path, tmp_path: Path) -> None:
    signing.clip_signer(CAMERA)(clip)
    theirs = make_authority("Another", now()).chain_pem
    assert read_credentials(clip, theirs).verdict == Verdict.UNKNOWN_SIGNER


def test_the_key_is_made_once_and_nobody_else_reads_it(clip: Path, data_dir: Path) -> None:
    signing.clip_signer(CAMERA)(clip)
    folder = data_dir / signer.FOLDER
    made = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(made) == {signer.AUTHORITY, signer.SIGNER}
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    signer.signing_credential(get_settings())
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == made


def test_our_own_is_renewed_in_time_by_the_same_authority(clip: Path, data_dir: Path) -> None:
    signing.clip_signer(CAMERA)(clip)
    folder = data_dir / signer.FOLDER
    root = read_credential(folder / signer.AUTHORITY, folder / signer.AUTHORITY)
    old = issue(root, CONTENT_CREDENTIALS, now() - timedelta(days=16 * 365))
    write_secret(folder / signer.SIGNER, old.pem)
    renewed = signer.signing_credential(get_settings())
    assert renewed.expires > old.expires
    assert verdict(clip) == Verdict.OURS


def test_a_certificate_of_the_settings_signs(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    bought = issue(make_authority("A company", now()), CONTENT_CREDENTIALS, now())
    with_certificate(monkeypatch, bought.pem, tmp_path)
    signing.clip_signer(RUNWAY)(clip)
    assert verdict(clip) == Verdict.OURS
    assert not (data_dir / signer.FOLDER).exists()


@pytest.mark.parametrize(
    ("began", "profile", "reason"),
    [
        (timedelta(days=26 * 365), CONTENT_CREDENTIALS, "has expired"),
        (timedelta(0), WEB_SERVER, "not made for signing"),
    ],
)
def test_a_certificate_that_cannot_sign_fails_the_job_and_leaves_the_clip(
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    began: timedelta,
    profile: Profile,
    reason: str,
) -> None:
    moment = now() - began
    bought = issue(make_authority("A company", moment, years=40), profile, moment)
    with_certificate(monkeypatch, bought.pem, tmp_path)
    before = clip.read_bytes()
    with pytest.raises(signing.SigningFailed) as failed:
        signing.clip_signer(RUNWAY)(clip)
    assert reason in failed.value.cause
    assert clip.read_bytes() == before
    assert [path.name for path in tmp_path.glob("clip*")] == ["clip.mp4"]


def test_a_time_stamp_authority_that_fails_costs_nobody_a_film(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []

    async def refuse(request: Request) -> Response:
        asked.append(await request.body())
        return Response("out of order", 503)

    with serve(Starlette(routes=[Route("/", refuse, methods=["POST"])])) as address:
        monkeypatch.setenv("ECHOES_C2PA_TIMESTAMP_URL", f"{address}/")
        forget()
        signing.film_signer(SHOTS)(clip)
    assert asked
    assert verdict(clip) == Verdict.OURS


def test_a_manifest_names_the_model_as_people_know_it() -> None:
    assert source_of("runway", "gen4_turbo") == RUNWAY
    assert source_of("motion", "camera") == CAMERA
    assert source_of("gone", "x") == MovementSource(True, "gone", "x")
    (_, edited) = manifest_of_film(SHOTS[1:])["assertions"][0]["data"]["actions"]
    assert edited["softwareAgent"] == {"name": "Runway Gen-4 Turbo"}
