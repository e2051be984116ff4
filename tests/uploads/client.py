"""A tus client of the tests' own, small enough to misbehave on purpose."""

import base64
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx

PART = "application/offset+octet-stream"
PAGES = "http://localhost:3000"
"""Where the default settings say that our pages come from, whatever port a test's server has."""


def described(**facts: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in facts.items())


@dataclass(frozen=True)
class Uploader:
    """Somebody's browser; with token None, nobody's."""

    address: str
    token: str | None
    timeout: float = 60

    @property
    def headers(self) -> dict[str, str]:
        cookie = {"Cookie": f"echoes_session={self.token}"} if self.token else {}
        return {"Tus-Resumable": "1.0.0", "Origin": PAGES} | cookie

    def request(
        self, method: str, path: str, headers: dict[str, str] | None = None, content: bytes = b""
    ) -> httpx.Response:
        url = self.address + path
        # No certificates to load for each of them: that takes longer than most requests.
        with httpx.Client(verify=False, timeout=self.timeout) as client:  # noqa: S501 - plain HTTP on loopback
            return client.request(method, url, headers=self.headers | (headers or {}), content=content)

    def begin(
        self, project: UUID | str, size: int, filename: str = "beach.jpg", kind: str = "photo"
    ) -> httpx.Response:
        facts = described(filename=filename, kind=kind, project=str(project))
        return self.request("POST", "/uploads", {"Upload-Length": str(size), "Upload-Metadata": facts})

    def begun(self, project: UUID | str, size: int, filename: str = "beach.jpg", kind: str = "photo") -> str:
        answer = self.begin(project, size, filename, kind)
        assert answer.status_code == 201, answer.text
        return answer.headers["location"]

    def append(self, path: str, offset: int, content: bytes) -> httpx.Response:
        return self.request("PATCH", path, {"Upload-Offset": str(offset), "Content-Type": PART}, content)

    def offset(self, path: str) -> int:
        answer = self.request("HEAD", path)
        assert answer.status_code == 200
        return int(answer.headers["upload-offset"])

    def upload(
        self, project: UUID | str, content: bytes, filename: str = "beach.jpg", kind: str = "photo"
    ) -> httpx.Response:
        return self.append(self.begun(project, len(content), filename, kind), 0, content)

    @contextmanager
    def broken_connection(
        self, path: str, offset: int, announced: int, sent: bytes
    ) -> Iterator[socket.socket]:
        """Announces more than it sends, and then says nothing for as long as the block lasts."""
        part = {"Upload-Offset": str(offset), "Content-Type": PART, "Content-Length": str(announced)}
        lines = [f"PATCH {path} HTTP/1.1", f"Host: {urlsplit(self.address).netloc}"]
        lines += [f"{name}: {value}" for name, value in (self.headers | part).items()]
        host, port = urlsplit(self.address).hostname, urlsplit(self.address).port
        with socket.create_connection((host or "", port or 0)) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + sent)
            yield connection


def sentence(answer: httpx.Response) -> str:
    said: dict[str, Any] = json.loads(answer.content)
    assert set(said) == {"error", "code"}
    return str(said["error"])
