"""E-mail addresses: what may be written to, and how two of them are compared."""

import hashlib
import re

from echoes.errors import BadInput

LONGEST, LONGEST_LOCAL = 254, 64
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)


def clean_address(typed: str) -> str:
    """With its domain in small letters and ASCII; raises BadInput. Nothing in it can begin another header."""
    local, _, domain = typed.strip().rpartition("@")
    try:
        labels = domain.encode("idna").decode("ascii").lower().split(".")
    except UnicodeError:
        labels = []
    is_domain = len(labels) > 1 and all(LABEL.fullmatch(label) for label in labels)
    if not (is_domain and LOCAL.fullmatch(local) and len(local) <= LONGEST_LOCAL):
        raise BadInput("Please enter an e-mail address, such as anna@example.org.")
    address = f"{local}@{'.'.join(labels)}"
    if len(address) > LONGEST:
        raise BadInput("This e-mail address is too long. Please use another one.")
    return address


def hash_of_address(address: str) -> str:
    return hashlib.sha256(f"mail {address.casefold()}".encode()).hexdigest()
