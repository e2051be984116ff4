"""Authority of several machines: kept in the database, encrypted by ECHOES_SECRET_KEY, one for all of them.

Each machine holds a copy in its data folder, and issues its own signer by it.
"""

import base64
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from echoes.certificates.authority import make_authority
from echoes.certificates.pem import write_secret
from echoes.database import get_database
from echoes.models import Setting
from echoes.settings import Settings, signing_key

NAME = "content_credentials_authority"
PEM = "pem"
TITLE = "Echoes Content Credentials authority"
YEARS = 30

logger = logging.getLogger(__name__)


def share(settings: Settings, path: Path, moment: datetime) -> None:
    """The authority in the file is the one of all machines. One that this machine had before, and others did
    not, is kept beside it: films that it vouched for stay ours."""
    own = path.read_bytes() if path.exists() else make_authority(TITLE, moment, years=YEARS).pem
    known = _versions()
    shared = _opened(settings, known) or _store(settings, own, known)
    if path.exists() and own != shared:
        write_secret(path.with_stem(f"{path.stem}-{moment:%Y%m%dT%H%M%S}"), own)
    if not path.exists() or own != shared:
        write_secret(path, shared)


def stored(settings: Settings) -> bytes | None:
    """For a machine that has signed nothing yet: nothing is made, nor written."""
    return _opened(settings, _versions())


def _opened(settings: Settings, versions: Sequence[Setting]) -> bytes | None:
    """The newest that this ECHOES_SECRET_KEY opens: while another key comes to the machines one by one, each
    finds that of its own. None when it opens none: then this machine's copy takes its place."""
    cipher = _cipher(settings)
    for row in versions:
        with suppress(InvalidToken):
            return cipher.decrypt(str(row.value.get(PEM, "")).encode())
    if versions:
        logger.warning("ECHOES_SECRET_KEY has changed: Content Credentials get the authority of this machine")
    return None


def _store(settings: Settings, pem: bytes, known: Sequence[Setting]) -> bytes:
    """The one that is there in the end: two machines may begin together, and the second is told by the number
    that follows what it knew."""
    row = Setting(
        name=NAME,
        version=known[0].version + 1 if known else 1,
        value={PEM: _cipher(settings).encrypt(pem).decode()},
    )
    try:
        with get_database().unscoped() as session:
            session.add(row)
    except IntegrityError:
        return stored(settings) or pem
    return pem


def _versions() -> list[Setting]:
    """Newest first: one for each ECHOES_SECRET_KEY that there ever was."""
    of_name = select(Setting).where(col(Setting.name) == NAME).order_by(col(Setting.version).desc())
    with get_database().reading() as session:
        return list(session.exec(of_name))


def _cipher(settings: Settings) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=NAME.encode()).derive(signing_key(settings))
    return Fernet(base64.urlsafe_b64encode(derived))
