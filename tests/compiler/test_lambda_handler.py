"""The function as AWS Lambda runs it: under awslambdaric against a runtime API, and how it is deployed."""

import ast
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from time import time
from typing import Any

import pytest

from compiler.cloud.invocation import Invocation, InvocationKeys
from compiler.lambda_handler import handler
from tests.support.aws.emulators import ENVIRONMENT, MISSING, REGION, client_of, new_bucket
from tests.support.jobs.engines import REPOSITORY
from tests.support.media.samples import save_photo, textured

DEPLOYMENT = REPOSITORY / "deploy" / "lambda"


class Runtime:
    """The runtime API of Lambda for one event."""

    def __init__(self, event: dict[str, Any]) -> None:
        self.answered, self.ended = Event(), Event()
        self.answer: dict[str, Any] = {}
        events = [json.dumps(event).encode()]
        runtime = self

        class Api(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if not events:
                    runtime.ended.wait(60)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Lambda-Runtime-Aws-Request-Id", "1")
                self.send_header("Lambda-Runtime-Deadline-Ms", str(int(1000 * time() + 300_000)))
                self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:test")
                self.send_header("Content-Length", str(len(events[0])))
                self.end_headers()
                self.wfile.write(events.pop())

            def do_POST(self) -> None:
                runtime.answer = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()
                runtime.answered.set()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
        self.server.daemon_threads = True

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"


@contextmanager
def running(runtime: Runtime, environment: dict[str, str]) -> Iterator[None]:
    Thread(target=runtime.server.serve_forever, daemon=True).start()
    path = f"{REPOSITORY}:{sysconfig.get_paths()['purelib']}"
    process = subprocess.Popen(
        [ENVIRONMENT / "bin" / "python", "-m", "awslambdaric", "compiler.lambda_handler.handler"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path, **environment}
        | {"AWS_LAMBDA_RUNTIME_API": runtime.address},
    )
    try:
        yield
    finally:
        runtime.ended.set()
        process.kill()
        process.wait()
        runtime.server.shutdown()
        runtime.server.server_close()


@pytest.mark.slow
def test_an_event_becomes_a_clip_under_the_runtime_client(ministack: str, tmp_path: Path) -> None:
    bucket, client = new_bucket(ministack), client_of(ministack)
    photo = save_photo(tmp_path / "photo.jpg", textured(640, 360))
    client.upload_file(str(photo), bucket, "anna/photos/p.jpg")
    request = {"photo": "photo", "output": "clip.mp4", "duration": 1.0}
    invocation = Invocation(
        "animate", request, {"photo": "anna/photos/p.jpg"}, {"clip.mp4": "anna/takes/c.mp4"}
    )
    keys = InvocationKeys(invocation.id)
    client.put_object(Bucket=bucket, Key=keys.request, Body=invocation.to_bytes())
    runtime = Runtime({"invocation": keys.id})
    environment = {
        "ECHOES_S3_BUCKET": bucket, "ECHOES_S3_ADDRESSING": "path", "AWS_ENDPOINT_URL": ministack,
        "AWS_DEFAULT_REGION": REGION, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
    }  # fmt: skip
    with running(runtime, environment):
        assert runtime.answered.wait(60)
    assert runtime.answer == {"invocation": keys.id, "said": "done"}
    said = json.loads(json.loads(client.get_object(Bucket=bucket, Key=keys.result)["Body"].read())["said"])
    assert (said["result"]["frames"], said["result"]["output"]) == (24, "clip.mp4")
    size = client.head_object(Bucket=bucket, Key="anna/takes/c.mp4")["ContentLength"]
    assert size == said["result"]["size_bytes"]


@pytest.mark.parametrize("event", [{}, {"invocation": "../../etc"}, {"invocation": None}], ids=str)
def test_an_event_that_names_no_invocation_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not the id of an invocation"):
        handler(event, None)  # type: ignore[arg-type]


@pytest.mark.slow
def test_the_template_is_valid() -> None:
    if not (linter := ENVIRONMENT / "bin" / "cfn-lint").exists():
        pytest.skip(MISSING)
    ended = subprocess.run(
        [linter, DEPLOYMENT / "template.yaml"], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "")


def test_the_image_has_what_the_compiler_imports() -> None:
    named = (DEPLOYMENT / "requirements.txt").read_text().splitlines()
    installed = {line for line in named if line and not line.startswith("#")}
    modules = {
        "bidi": "python-bidi",
        "PIL": "pillow",
        "pillow_heif": "pillow-heif",
    }
    wanted = {modules.get(name, name) for name in imported_by_compiler()} - {"botocore"}
    assert wanted == installed


def imported_by_compiler() -> set[str]:
    """Names of packages, without the standard library and what only type checkers read."""
    found: set[str] = set()
    for path in (REPOSITORY / "compiler").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return {
        name
        for name in found - set(sys.stdlib_module_names)
        if not name.startswith(("types_", "_", "compiler"))
    }
