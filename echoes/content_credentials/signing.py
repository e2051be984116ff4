"""Sign Content Credentials (C2PA) into an MP4: a box before its index; no byte of its frames changes."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Self

from echoes.certificates.pem import CertificateUnusable, Credential
from echoes.content_credentials import signer
from echoes.content_credentials.manifest import manifest_of_clip, manifest_of_film
from echoes.content_credentials.provenance import MovementSource, ShotProvenance
from echoes.content_credentials.signing_process import ChildFailed, SigningProcess
from echoes.errors import EchoesError, InternalError, brief
from echoes.observability.tracing import span
from echoes.settings import get_settings

ROOM, ROOM_FOR_TIME = 4096, 11_000
"""Bytes: for what every manifest says and for the hashes of some hundred MB, and for a time stamp."""

logger = logging.getLogger(__name__)


class SigningFailed(EchoesError):
    """`cause` is for operators."""

    status = 503
    code = "signing_failed"
    kind = "signing_failed"
    retryable = True

    def __init__(self, cause: str) -> None:
        super().__init__(
            "This was made, but could not be marked with how it was made. The people who run this site can "
            "see why; please try again later."
        )
        self.cause = cause


@dataclass
class FileSigner:
    """Signs a file in a process, which `begin` starts before the file is there: then it is to be closed."""

    definition: dict[str, Any]
    _begun: SigningProcess | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def room(self) -> int:
        """Bytes before a file's index in which it can be signed, nearly always, without a copy of it. Raises
        SigningFailed."""
        manifest = len(json.dumps(self.definition)) * 3 // 4  # It is CBOR there.
        room_for_time = ROOM_FOR_TIME if get_settings().c2pa_timestamp_url else 0
        return ROOM + len(_credential().chain_pem) + manifest + room_for_time

    def begin(self) -> None:
        """Blocks for a moment. Where no process can be started now, one is when the file is there."""
        with self._lock:
            try:
                self._begun = self._begun or self._started(get_settings().c2pa_timestamp_url)
            except ChildFailed as error:
                logger.warning("no process can sign beforehand: %s", brief(error))

    def close(self) -> None:
        if (process := self._taken()) is not None:
            process.close()

    def __call__(self, video: Path) -> None:
        """Whole or not at all; takes as long as reading the file. Raises SigningFailed."""
        try:
            with span("sign"):
                self._sign_in_time(video, get_settings().c2pa_timestamp_url)
        except ChildFailed as error:
            raise _failed(error) from error

    def _sign_in_time(self, video: Path, timestamp_url: str) -> None:
        """A time-stamp authority that is away costs nobody a film: it is then signed without a time."""
        try:
            self._sign(video, timestamp_url)
        except ChildFailed as error:
            if not timestamp_url:
                raise
            logger.warning("signed without a time: %s does not answer: %s", timestamp_url, brief(error))
            self._sign(video, "")

    def _sign(self, video: Path, timestamp_url: str) -> None:
        """In the place of the file. Raises ChildFailed."""
        copy = video.with_suffix(f".signed{video.suffix}")
        process = self._living() or self._started(timestamp_url)
        try:
            process.sign(video, copy)
            if copy.exists():
                copy.replace(video)
        finally:
            process.close()
            copy.unlink(missing_ok=True)

    def _taken(self) -> SigningProcess | None:
        with self._lock:
            process, self._begun = self._begun, None
        return process

    def _living(self) -> SigningProcess | None:
        """The one that was begun, unless it has ended while it waited."""
        process = self._taken()
        if process is not None and process.has_ended:
            process.close()
            return None
        return process

    def _started(self, timestamp_url: str) -> SigningProcess:
        return SigningProcess(self.definition, _credential(), timestamp_url or None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def film_signer(shots: Sequence[ShotProvenance]) -> FileSigner:
    """What gives a film on this machine its manifest."""
    return FileSigner(manifest_of_film(shots))


def clip_signer(source: MovementSource) -> FileSigner:
    return FileSigner(manifest_of_clip(source))


def _credential() -> Credential:
    """Raises SigningFailed."""
    try:
        credential = signer.signing_credential(get_settings())
        signer.check(credential)
    except CertificateUnusable as error:
        raise _failed(error) from error
    return credential


def _failed(error: InternalError | CertificateUnusable) -> SigningFailed:
    logger.error("Content Credentials cannot be signed: %s", brief(error))
    return SigningFailed(brief(f"{error}"))
