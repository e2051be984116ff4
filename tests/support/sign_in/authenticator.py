"""A WebAuthn authenticator made of software: it signs as a phone would, and lies when it is told to."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

USER_PRESENT, USER_VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
Json = dict[str, Any]


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class SoftwareKey:
    """One passkey."""

    handle: bytes
    rp_id: str
    counter: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    private: ec.EllipticCurvePrivateKey = field(default_factory=new_key)

    @property
    def cose(self) -> bytes:
        numbers = self.private.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})


@dataclass
class Authenticator:
    """`origin` is where its browser says the page is from."""

    origin: str
    counts: bool = False
    flags: int = USER_PRESENT | USER_VERIFIED | BACKUP_ELIGIBLE | BACKED_UP
    keys: list[SoftwareKey] = field(default_factory=list)

    def create(self, options: Json, **lies: Any) -> Json:
        """What `navigator.credentials.create` gives, as JSON."""
        key = SoftwareKey(base64url_to_bytes(options["user"]["id"]), options["rp"]["id"])
        key.credential_id = lies.get("credential_id", key.credential_id)
        self.keys.append(key)
        attested = bytes(16) + len(key.credential_id).to_bytes(2, "big") + key.credential_id + key.cose
        data = self._data(key, self.flags | ATTESTED, lies) + attested
        response = {
            "clientDataJSON": self._client_data("webauthn.create", options, lies),
            "attestationObject": _b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["internal", "hybrid"],
        }
        return self._credential(key, response)

    def get(self, options: Json, key: SoftwareKey | None = None, **lies: Any) -> Json:
        """What `navigator.credentials.get` gives, as JSON."""
        key = key or self.keys[-1]
        if self.counts:
            key.counter += 1
        data = self._data(key, self.flags, lies)
        client_data = self._client_data("webauthn.get", options, lies)
        signed = data + hashlib.sha256(base64url_to_bytes(client_data)).digest()
        signature = key.private.sign(signed, ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": client_data,
            "authenticatorData": _b64(data),
            "signature": _b64(lies.get("signature", signature)),
            "userHandle": _b64(lies.get("handle", key.handle)),
        }
        return self._credential(key, response)

    def _data(self, key: SoftwareKey, flags: int, lies: Json) -> bytes:
        rp = hashlib.sha256(lies.get("rp_id", key.rp_id).encode()).digest()
        counter = lies.get("counter", key.counter)
        return rp + bytes([lies.get("flags", flags)]) + int(counter).to_bytes(4, "big")

    def _client_data(self, kind: str, options: Json, lies: Json) -> str:
        said = {
            "type": lies.get("type", kind),
            "challenge": lies.get("challenge", options["challenge"]),
            "origin": lies.get("origin", self.origin),
            "crossOrigin": lies.get("cross_origin", False),
        }
        return _b64(json.dumps(said).encode())

    def _credential(self, key: SoftwareKey, response: Json) -> Json:
        name = _b64(key.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}


def _b64(value: bytes) -> str:
    return bytes_to_base64url(value)
