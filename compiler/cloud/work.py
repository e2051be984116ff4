"""One invocation, from its claim to its result: inputs are fetched, the command runs, outputs are put, and
the result is written last."""

import json
import sys
import tempfile
import traceback
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from compiler.cloud import child
from compiler.cloud.bucket import Bucket, Taken
from compiler.cloud.child import ChildEnded, failure
from compiler.cloud.claims import Claim
from compiler.cloud.invocation import Invocation, InvocationKeys, Reply
from compiler.cloud.segments import SharedSegments
from compiler.errors import BadRequest, CompilerError, ErrorCode, FileMissing, readable_file_errors
from compiler.requests import REQUESTS, Request

AT_ONCE = 8
"""Files on their way."""
CALLBACK_SECONDS = 5.0
TIDY_SECONDS = 20.0
"""Kept of the function's time, for saying that it was not enough."""
NO_TIME = "This takes longer than the time that is allowed for it."


def perform(bucket: Bucket, keys: InvocationKeys, seconds: float) -> str:
    """Says what it did, for the log. `seconds` is what the function still has."""
    stored = bucket.read(keys.request)
    if stored is None or bucket.has(keys.result):
        return "nothing is left to do"
    invocation = Invocation.from_bytes(stored.content)
    claim = Claim.take(bucket, keys, invocation.stale_seconds, seconds - TIDY_SECONDS)
    if claim is None:
        return "somebody else is at it"
    with claim:
        said = _finish(bucket, keys, claim, invocation)
    if said == "done" and invocation.callback:
        _call_back(invocation.callback)
    return said


def _finish(bucket: Bucket, keys: InvocationKeys, claim: Claim, invocation: Invocation) -> str:
    broken: Exception | None = None
    try:
        reply = _reply(bucket, claim, invocation)
    except Exception as error:
        traceback.print_exc()
        broken, reply = error, _said(failure(ErrorCode.CRASHED, child.CRASH), repr(error))
    if claim.is_lost:
        return "the claim was lost"
    try:
        bucket.write(keys.result, reply.to_bytes(), new=True)
    except Taken:
        return "somebody else was sooner"
    if broken is not None:
        raise broken
    return "done"


def _reply(bucket: Bucket, claim: Claim, invocation: Invocation) -> Reply:
    with tempfile.TemporaryDirectory(prefix="invocation-") as name:
        try:
            with readable_file_errors():
                ended = _do(bucket, claim, invocation, Path(name))
        except CompilerError as error:
            return _said(failure(error.kind, error.message), f"refused before it was started: {error!r}")
    claim.check()
    cause = f"compiler {invocation.command} in Lambda ended with {ended.code}: {ended.complaint}"
    print(cause, file=sys.stderr)
    if claim.is_cancelled:
        return _said(failure(ErrorCode.CANCELLED, "The work was cancelled."), cause)
    if claim.is_late:
        return _said(failure(ErrorCode.TOO_SLOW, NO_TIME), cause)
    return _said(ended.message or failure(ErrorCode.CRASHED, child.CRASH), cause)


def _do(bucket: Bucket, claim: Claim, invocation: Invocation, folder: Path) -> ChildEnded:
    """Nothing is put unless all has been made."""
    inputs, outputs, scratch = (folder / name for name in ("inputs", "outputs", "scratch"))
    for each in (inputs, outputs, scratch):
        each.mkdir()
    paths = _fetch(bucket, invocation.read, inputs)
    paths |= {name: outputs / name for name in invocation.written}
    segments = _segments(bucket, invocation, folder / "segments", paths)
    request = _request(invocation).with_files(paths)
    ended = child.run(invocation.command, request.to_json(), scratch, claim.report, claim.over)
    if segments is not None and not claim.is_lost:
        segments.put_new()
    if not ended.is_finished or claim.over.is_set():
        return ended
    _put(bucket, invocation, outputs)
    return replace(ended, message=_named(ended.message, outputs))


def _fetch(bucket: Bucket, read: Mapping[str, str], folder: Path) -> dict[str, Path]:
    """Names may be anything, so the files are numbered."""
    places = {name: folder / f"{number}{Path(key).suffix}" for number, (name, key) in enumerate(read.items())}
    keys = {key: places[name] for name, key in read.items()}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="inputs") as threads:
        try:
            list(threads.map(bucket.fetch, keys, keys.values()))
        except FileNotFoundError as error:
            raise FileMissing("A file that is needed for this is no longer there.") from error
    return {name: keys[key] for name, key in read.items()}


def _segments(
    bucket: Bucket, invocation: Invocation, folder: Path, paths: dict[str, Path]
) -> SharedSegments | None:
    if not invocation.segments:
        return None
    paths[invocation.segments] = folder
    segments = SharedSegments(bucket, invocation.segments, folder)
    segments.fetch()
    return segments


def _request(invocation: Invocation) -> Request[Any]:
    """Raises BadRequest, also for a command of another version."""
    kind = REQUESTS.get(invocation.command)
    if kind is None:
        raise BadRequest(f"There is no command {invocation.command!r}.")
    return kind.from_json(invocation.request)


def _put(bucket: Bucket, invocation: Invocation, folder: Path) -> None:
    """What it had no reason to make is not put."""
    for name, key in invocation.written.items():
        if (made := folder / name).exists():
            bucket.put(key, made, invocation.cache_control)


def _named(message: dict[str, Any] | None, folder: Path) -> dict[str, Any]:
    """The files that were made, by the request's names for them."""
    root = f"{folder}/"
    result = (message or {})["result"]
    return {
        "result": {
            name: value.removeprefix(root) if isinstance(value, str) else value
            for name, value in result.items()
        }
    }


def _said(message: dict[str, Any], cause: str) -> Reply:
    return Reply(json.dumps(message), cause)


def _call_back(address: str) -> None:
    """Whoever waits looks by itself anyway."""
    request = urllib.request.Request(address, method="POST", data=b"")  # noqa: S310 - written by our workers
    try:
        with urllib.request.urlopen(request, timeout=CALLBACK_SECONDS):  # noqa: S310
            pass
    except OSError as error:
        print(f"the callback was not taken: {error}", file=sys.stderr)
