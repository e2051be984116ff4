"""Link passwords: kept as a salted scrypt hash, remembered by a browser as a signature."""

import hashlib
import hmac
import secrets
import unicodedata

from echoes.errors import BadInput
from echoes.models import ShareLink
from echoes.settings import get_settings, signing_key

LONGEST = 200
_COST, _BLOCK, _LANES = 2**14, 8, 1


def digest(password: str) -> str:
    """Takes about 50 ms, on purpose."""
    if len(password) > LONGEST:
        raise BadInput(f"The password can have up to {LONGEST} characters.")
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{_stretch(password, salt).hex()}"


def fits(password: str, kept: str) -> bool:
    salt, _, stretched = kept.partition(":")
    if len(password) > LONGEST:
        return False
    return hmac.compare_digest(_stretch(password, bytes.fromhex(salt)).hex(), stretched)


def proof(link: ShareLink) -> str:
    """What a browser keeps when its person knew the password; another password makes it void."""
    known = f"watch {link.id} {link.password_hash}".encode()
    return hmac.digest(signing_key(get_settings()), known, hashlib.sha256).hex()


def is_proven(link: ShareLink, given: str) -> bool:
    return hmac.compare_digest(proof(link).encode(), given.encode("utf-8", "surrogatepass"))


def _stretch(password: str, salt: bytes) -> bytes:
    """Keyboards differ in how they write an é, and some put a space behind a word that they complete."""
    typed = unicodedata.normalize("NFC", password).strip().encode("utf-8", "surrogatepass")
    return hashlib.scrypt(typed, salt=salt, n=_COST, r=_BLOCK, p=_LANES)
