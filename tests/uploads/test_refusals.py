"""Refused uploads: who may not upload, what may not be uploaded, and how it is said."""

from uuid import uuid4

import pytest
from sqlmodel import select

from echoes.database import Database
from echoes.models import Photo, Project, Upload
from echoes.settings import MEGABYTE, get_settings
from tests.photos.pictures import encoded, png_that_claims, quarters
from tests.support.counters import Rise
from tests.uploads.client import PART, Uploader, described, sentence

pytestmark = pytest.mark.slow

LATER = {"Upload-Offset": "0", "Content-Type": PART}
AUTHORISED = ["HEAD", "GET", "PATCH", "DELETE"]
CHANGING = ["POST", "PATCH", "DELETE"]


def rows(database: Database) -> list[Upload]:
    with database.unscoped() as session:
        return list(session.exec(select(Upload)))


@pytest.mark.parametrize("method", AUTHORISED)
def test_nobody_gets_at_an_upload(nobody: Uploader, owner: Uploader, project: Project, method: str) -> None:
    answer = nobody.request(method, owner.begun(project.id, 10), LATER, b"0123456789" * (method == "PATCH"))
    assert answer.status_code == 401
    if method != "HEAD":
        assert sentence(answer) == "Please sign in to continue."
    assert owner.offset(owner.begun(project.id, 10)) == 0


@pytest.mark.parametrize("method", AUTHORISED)
def test_to_a_stranger_an_upload_is_what_never_was(
    other: Uploader, owner: Uploader, project: Project, method: str
) -> None:
    mine, never = owner.begun(project.id, 10), f"/uploads/{uuid4()}"
    answers = [
        other.request(method, path, LATER, b"0123456789" * (method == "PATCH")) for path in (mine, never)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert owner.offset(mine) == 0


def test_nobody_begins_one(nobody: Uploader, project: Project, database: Database) -> None:
    answer = nobody.begin(project.id, 10)
    assert (answer.status_code, sentence(answer)) == (401, "Please sign in to continue.")
    assert rows(database) == []


def test_a_stranger_cannot_upload_into_a_project_of_others(
    other: Uploader, project: Project, database: Database
) -> None:
    answers = [other.begin(target, 10) for target in (project.id, uuid4(), "../etc", "\0")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert rows(database) == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
@pytest.mark.parametrize("method", CHANGING)
def test_another_site_cannot_use_the_owners_cookie(
    owner: Uploader, project: Project, method: str, origin: str
) -> None:
    path = "/uploads" if method == "POST" else owner.begun(project.id, 10)
    facts = described(filename="a.jpg", kind="photo", project=str(project.id))
    headers = LATER | {"Upload-Length": "10", "Upload-Metadata": facts, "Origin": origin}
    answer = owner.request(method, path, headers)
    assert answer.status_code == 403
    assert "another site" in sentence(answer)


@pytest.mark.parametrize(
    ("kind", "megabytes", "words"),
    [("photo", 100, "a photo can be up to 100 MB"), ("music", 300, "a piece of music can be up to 300 MB")],
)
def test_what_is_too_large_is_refused_before_it_is_sent(
    owner: Uploader, project: Project, kind: str, megabytes: int, words: str
) -> None:
    answer = owner.begin(project.id, megabytes * MEGABYTE + 1, "Der Abend", kind)
    assert (answer.status_code, sentence(answer)) == (413, f"“Der Abend” is too large: {words}.")
    assert owner.begin(project.id, megabytes * MEGABYTE, "Der Abend", kind).status_code == 201


def test_an_empty_file_is_refused(owner: Uploader, project: Project) -> None:
    answer = owner.begin(project.id, 0)
    assert (answer.status_code, sentence(answer)) == (422, "“beach.jpg” is empty.")


def test_more_than_was_announced_is_refused(owner: Uploader, project: Project) -> None:
    path = owner.begun(project.id, 1000)
    answer = owner.append(path, 0, b"x" * 2_000_000)
    assert (answer.status_code, sentence(answer)) == (
        413, "“beach.jpg” has grown since its upload began. Please send it again.",
    )  # fmt: skip
    assert owner.offset(path) <= 999


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Dear grandmother, this is no picture.", "is not a photo we can read."),
        (encoded(quarters((1200, 900)), "JPEG")[:2000], "breaks off"),
        (png_that_claims(60_000, 60_000), "is too large: a photo can have up to 200 megapixels."),
        (encoded(quarters((8, 8)), "PNG"), "is too small"),
    ],
)
def test_a_bad_file_is_named_and_the_others_go_through(
    owner: Uploader, project: Project, database: Database, content: bytes, reason: str
) -> None:
    bad = owner.upload(project.id, content, "IMG_0001.jpg")
    assert bad.status_code == 422
    assert sentence(bad).startswith(f"“IMG_0001.jpg” {reason}")
    assert owner.upload(project.id, encoded(quarters(), "JPEG"), "IMG_0002.jpg").status_code == 200
    with database.unscoped() as session:
        assert [photo.filename for photo in session.exec(select(Photo))] == ["IMG_0002.jpg"]


def test_what_was_taken_in_and_refused_is_counted(owner: Uploader, project: Project, rise: Rise) -> None:
    photograph = encoded(quarters(), "JPEG")
    assert owner.upload(project.id, photograph).status_code == 200
    assert owner.upload(project.id, b"not a picture").status_code == 422
    assert rise("echoes_uploads_total", kind="photo", result="succeeded") == 1
    assert rise("echoes_uploads_total", kind="photo", result="refused") == 1
    assert rise("echoes_uploaded_bytes_total", kind="photo") == len(photograph)


def test_what_was_refused_leaves_nothing(owner: Uploader, project: Project, database: Database) -> None:
    path = owner.begun(project.id, 10)
    assert owner.append(path, 0, b"not a pict").status_code == 422
    assert rows(database) == []
    assert list(get_settings().incoming_dir.iterdir()) == []
    assert owner.request("HEAD", path).status_code == 404


def test_a_film_has_room_for_so_many_photographs(
    owner: Uploader, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_MAX_PHOTOS_PER_PROJECT", "2")
    get_settings.cache_clear()
    assert owner.upload(project.id, encoded(quarters(), "JPEG")).status_code == 200
    assert owner.begin(project.id, 10).status_code == 201
    answer = owner.begin(project.id, 10)
    assert (answer.status_code, sentence(answer)) == (403, "A film can hold up to 2 photos.")
    assert owner.begin(project.id, 10, "song.mp3", "music").status_code == 201


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\fakepath\\beach.jpg", "beach.jpg"),
        ("../../etc/passwd", "passwd"),
        ("be\x00ach\n.jpg", "beach.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("  Oma\u00a0 und   Opa.jpg ", "Oma und Opa.jpg"),
        ("e\u0301te\u0301.jpg", "été.jpg"),
        ("", "Untitled"),
        ("/", "Untitled"),
        ("\u200b\u200d\ufeff.jpg", "Untitled.jpg"),
        ("\u0301\u0302 \u00a0.HEIC", "Untitled.HEIC"),
        ("\u3164\u2800.png", "Untitled.png"),
        (".jpg", "Untitled.jpg"),
        ("\u200b.\u0301", "Untitled"),
        ("\x7f\x00\u2060", "Untitled"),
        ("Om\u00ada\u200b.jpg", "Oma.jpg"),
        ("می\u200cخواهم.jpg", "می\u200cخواهم.jpg"),
        ("👩\u200d👧.jpg", "👩\u200d👧.jpg"),
        ("\U0001fae8.jpg", "\U0001fae8.jpg"),
        ("x" * 400 + ".jpeg", "x" * 114 + "….jpeg"),
        ("<b>bold</b>.jpg", "b>.jpg"),
    ],
)
def test_names_are_shown_without_folders_and_tricks(
    owner: Uploader, project: Project, database: Database, given: str, shown: str
) -> None:
    owner.begun(project.id, 10, given)
    assert [upload.filename for upload in rows(database)] == [shown]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "ten"}, 400),
        ({"Upload-Length": "1" * 30}, 400),
        ({"Upload-Length": ""}, 400),
        ({"Upload-Metadata": "filename !!!"}, 400),
        ({"Upload-Metadata": "filename /w=="}, 400),
        ({"Upload-Metadata": ""}, 400),
        ({"Upload-Metadata": described(filename="a.jpg", kind="film")}, 400),
    ],
)
def test_broken_beginnings_are_refused(
    owner: Uploader, project: Project, database: Database, headers: dict[str, str], status: int
) -> None:
    facts = described(filename="a.jpg", kind="photo", project=str(project.id))
    answer = owner.request("POST", "/uploads", {"Upload-Length": "10", "Upload-Metadata": facts} | headers)
    assert answer.status_code == status
    assert sentence(answer)
    assert rows(database) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "image/jpeg"}, 415),
        ({"Upload-Offset": "-1"}, 400),
        ({"Upload-Offset": ""}, 400),
        ({"Tus-Resumable": ""}, 412),
    ],
)
def test_broken_pieces_are_refused(
    owner: Uploader, project: Project, headers: dict[str, str], status: int
) -> None:
    path = owner.begun(project.id, 10)
    answer = owner.request("PATCH", path, LATER | headers, b"01234")
    assert answer.status_code == status
    assert sentence(answer)
    assert owner.offset(path) == 0


@pytest.mark.parametrize("name", ["x", "..", "%2e%2e%2fsecret.key", "%00", "é"])
def test_what_is_no_id_is_not_found(owner: Uploader, project: Project, name: str) -> None:
    for method in AUTHORISED:
        assert owner.request(method, f"/uploads/{name}", LATER).status_code in {404, 405}


def test_the_server_says_what_it_can_do(nobody: Uploader) -> None:
    answer = nobody.request("OPTIONS", "/uploads")
    assert (answer.status_code, answer.headers["tus-version"]) == (204, "1.0.0")
    assert answer.headers["tus-extension"] == "creation,termination"
    assert answer.headers["tus-max-size"] == str(300 * MEGABYTE)
