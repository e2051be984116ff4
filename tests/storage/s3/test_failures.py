"""Failures of S3: a bucket that refuses, is slow or is not there: said in words, and it costs no file."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from echoes.commands import machine_checks
from echoes.commands.findings import Problem
from echoes.errors import NotFound, StorageFull, StorageUnavailable
from echoes.settings import Settings
from echoes.storage.base import StorageUnusable
from echoes.storage.s3 import client
from echoes.storage.s3.storage import S3Storage
from tests.support.aws.emulators import CREDENTIALS, aws_environment, new_bucket

KEY = "someone/films/one.mp4"
FILM = bytes(range(256)) * 4096
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    """Answers every request so."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.close_connection = True
            self.raw_requestline = self.rfile.readline(65537)
            if self.raw_requestline and self.parse_request():
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer(self)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as found:
        thread = threading.Thread(target=found.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{found.server_port}"
        found.shutdown()
        thread.join()


def said(request: BaseHTTPRequestHandler, status: int, code: str = "", size: int | None = None) -> None:
    body = f"<Error><Code>{code}</Code><Message>of the test</Message></Error>".encode() if code else b""
    request.send_response(status)
    request.send_header("Content-Length", str(len(body) if size is None else size))
    request.send_header("ETag", '"1"')
    request.end_headers()
    if request.command != "HEAD":
        request.wfile.write(body)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "READ_SECONDS", 0.3)
    monkeypatch.setattr(client, "ATTEMPTS", 2)


def storage_at(endpoint: str, folder: Path, **settings: Any) -> S3Storage:
    with aws_environment({}):
        return S3Storage(
            Settings(
                storage="s3", data_dir=folder / "data", s3_bucket="echoes", s3_endpoint=endpoint,
                s3_region="eu-central-1", **settings,
            )
        )  # fmt: skip


REFUSALS = {
    "bad-gateway": (502, "", "answers 502", False),
    "slow-down": (503, "SlowDown", "answers 503", False),
    "wrong-key": (403, "InvalidAccessKeyId", "access key is not known", True),
    "wrong-secret": (403, "SignatureDoesNotMatch", "secret key does not fit", True),
    "no-right": (403, "AccessDenied", "not allowed", True),
    "no-bucket": (404, "NoSuchBucket", "no such bucket", True),
    "wrong-clock": (403, "RequestTimeTooSkewed", "clock is wrong", True),
    "expired": (400, "ExpiredToken", "credentials have expired", True),
    "of-its-own": (400, "TooManyMoons", "TooManyMoons", True),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_has_a_reason_and_advice_and_leaves_the_file(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    status, code, reason, is_lasting = REFUSALS[name]
    (source := tmp_path / "film.mp4").write_bytes(FILM)
    with server(lambda request: said(request, status, code)) as endpoint:
        storage = storage_at(endpoint, tmp_path)
        with pytest.raises(StorageUnavailable, match=reason) as raised:
            storage.put(KEY, source)
        with pytest.raises(StorageUnusable, match=reason) as unusable:
            storage.check()
    assert source.read_bytes() == FILM
    assert raised.value.advice
    assert unusable.value.advice == raised.value.advice
    assert raised.value.is_lasting == is_lasting
    assert raised.value.sentence.startswith("We cannot reach your files right now. Nothing is lost")
    assert any(reason in record.getMessage() for record in caplog.records if record.levelno == logging.ERROR)


@pytest.mark.parametrize("name", ["wrong-secret", "no-bucket", "slow-down", "wrong-clock"])
async def test_the_doctor_names_it_and_says_what_to_do(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, code, reason, _ = REFUSALS[name]
    with server(lambda request: said(request, status, code)) as endpoint:
        storage = storage_at(endpoint, tmp_path)
        monkeypatch.setattr(machine_checks, "get_storage", lambda: storage)
        with pytest.raises(Problem, match=reason) as problem:
            await machine_checks.storage(Settings(data_dir=tmp_path))
    assert problem.value.advice


@pytest.mark.parametrize("code", ["QuotaExceeded", "XMinioStorageFull"])
def test_a_store_without_room_is_a_full_disk(code: str, tmp_path: Path) -> None:
    (source := tmp_path / "film.mp4").write_bytes(FILM)
    with server(lambda request: said(request, 507, code)) as endpoint, pytest.raises(StorageFull):
        storage_at(endpoint, tmp_path).put(KEY, source)
    assert source.read_bytes() == FILM


def test_a_store_that_does_not_answer_is_given_up(tmp_path: Path) -> None:
    is_over = threading.Event()

    def silent(_request: BaseHTTPRequestHandler) -> None:
        is_over.wait(30)

    with server(silent) as endpoint:
        begin = time.monotonic()
        with pytest.raises(StorageUnavailable, match="does not answer in time"):
            storage_at(endpoint, tmp_path).size(KEY)
        assert time.monotonic() - begin < 20
        is_over.set()


def test_a_store_that_is_not_there_is_said(tmp_path: Path) -> None:
    with server(lambda request: said(request, 200)) as endpoint:
        pass
    with pytest.raises(StorageUnavailable, match="cannot be reached") as raised:
        storage_at(endpoint, tmp_path).probe()
    assert not raised.value.is_lasting


def test_a_hiccup_is_tried_again(tmp_path: Path) -> None:
    asked: list[str] = []

    def once_busy(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        if len(asked) == 1:
            said(request, 503, "SlowDown")
        else:
            said(request, 200, size=12)

    with server(once_busy) as endpoint:
        assert storage_at(endpoint, tmp_path).size(KEY) == 12
    assert len(asked) == 2


def test_a_download_that_breaks_off_goes_on_where_it_was(tmp_path: Path) -> None:
    asked: list[str | None] = []

    def half_each_time(request: BaseHTTPRequestHandler) -> None:
        if request.command == "HEAD":
            said(request, 200, size=len(FILM))
            return
        asked.append(request.headers["Range"])
        start = int((request.headers["Range"] or "bytes=0-").removeprefix("bytes=").partition("-")[0])
        rest = FILM[start:]
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(rest)))
        request.send_header("ETag", '"1"')
        request.end_headers()
        request.wfile.write(rest if len(asked) == 3 else rest[: len(rest) // 2])

    with server(half_each_time) as endpoint:
        storage = storage_at(endpoint, tmp_path)
        with storage.local_path(KEY) as path:
            assert path.read_bytes() == FILM
    assert asked[0] is None
    assert len(asked) == 3
    assert all(asked[1:])


def test_a_clock_that_is_minutes_wrong_is_said_before_everything_is_refused(tmp_path: Path) -> None:
    def ten_minutes_ahead(request: BaseHTTPRequestHandler) -> None:
        request.date_time_string = lambda timestamp=None: formatdate(time.time() + 600, usegmt=True)  # type: ignore[method-assign]
        if request.command == "GET" and request.path.partition("?")[0].endswith(".bin"):
            body = b"Echoes looks whether it may write here."
            request.send_response(200)
            request.send_header("Content-Length", str(len(body)))
            request.send_header("ETag", '"1"')
            request.end_headers()
            request.wfile.write(body)
        else:
            said(request, 200)

    with (
        server(ten_minutes_ahead) as endpoint,
        pytest.raises(StorageUnusable, match="10 minutes") as unusable,
    ):
        storage_at(endpoint, tmp_path).check()
    assert "everybody can read its files" in unusable.value.reason
    assert "NTP" in unusable.value.advice


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"AWS_ACCESS_KEY_ID": "AKIAOFNOBODY"}, "access key is not known"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "there are no credentials"),
    ],
    ids=["key", "none"],
)
def test_an_emulator_refuses_wrong_credentials(
    ministack: str, tmp_path: Path, changed: dict[str, str], reason: str
) -> None:
    with aws_environment(CREDENTIALS | changed):
        storage = S3Storage(
            Settings(
                storage="s3", data_dir=tmp_path, s3_bucket=new_bucket(ministack), s3_endpoint=ministack,
                s3_region="eu-central-1",
            )
        )  # fmt: skip
        with pytest.raises(StorageUnavailable, match=reason) as raised:
            storage.list()
    assert raised.value.is_lasting


@pytest.mark.slow
def test_a_bucket_that_is_not_there_is_no_missing_file(ministack: str, tmp_path: Path) -> None:
    storage = storage_at(ministack, tmp_path)
    for ask in (storage.exists, storage.size):
        with pytest.raises(StorageUnavailable, match="no such bucket"):
            ask(KEY)
    with pytest.raises(StorageUnavailable, match="no such bucket"), storage.open(KEY):
        pass
    storage.bucket = new_bucket(ministack)
    with pytest.raises(NotFound):
        storage.size(KEY)
