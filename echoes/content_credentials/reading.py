"""Read and validate the Content Credentials (C2PA) of a file, whoever signed them; nothing is fetched."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import c2pa

from echoes.errors import BadInput, NotFound

OFFLINE = {
    "remote_manifest_fetch": False,
    "ocsp_fetch": False,
    "verify_trust": True,
    "verify_timestamp_trust": False,
}
EXPIRY = {"signingCredential.expired", "claimSignature.outsideValidity"}
SOURCE_TYPE = "digitalSourceType"


class Verdict(StrEnum):
    """Of a signature, best first."""

    OURS = "ours"
    """Valid, and of the authority that was asked about."""
    UNKNOWN_SIGNER = "unknown_signer"
    """Valid, and of somebody whom nobody here vouches for."""
    EXPIRED = "expired"
    """Unchanged, but its certificate has ended since, and no time stamp says that it was valid then."""
    CHANGED = "changed"
    """Somebody has changed the file, or its credentials, after it was signed."""


class NoCredentials(NotFound):
    code = "no_content_credentials"

    def __init__(self) -> None:
        super().__init__("It carries no Content Credentials.")


class CredentialsUnreadable(BadInput):
    code = "content_credentials_unreadable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Its Content Credentials cannot be read: {reason}")


@dataclass(frozen=True, slots=True)
class Action:
    """What was done, as the manifest says."""

    name: str
    """Such as c2pa.edited."""
    source_type: str
    """IPTC's, without its address: trainedAlgorithmicMedia."""
    agent: str
    description: str
    seconds: tuple[tuple[float, float], ...]
    """Where in the film; none: in all of it."""


@dataclass(frozen=True, slots=True)
class Credentials:
    verdict: Verdict
    problems: tuple[str, ...]
    generator: str
    signer: str
    signed_at: str
    """As the time-stamp authority says; empty without one."""
    actions: tuple[Action, ...]


def read_credentials(path: Path, trusted_pem: bytes = b"") -> Credentials:
    """Raises NoCredentials, CredentialsUnreadable, or OSError when the file cannot be read."""
    path.open("rb").close()
    settings = {"verify": OFFLINE} | (
        {"trust": {"user_anchors": trusted_pem.decode()}} if trusted_pem else {}
    )
    try:
        with c2pa.Context.from_dict(settings) as context, c2pa.Reader(path, context=context) as reader:
            return _credentials(json.loads(reader.json()))
    except c2pa.C2paError.ManifestNotFound as error:
        raise NoCredentials from error
    except c2pa.C2paError.NotSupported as error:
        raise NoCredentials from error
    except (c2pa.C2paError, LookupError, TypeError, ValueError) as error:
        raise CredentialsUnreadable(str(error)[:200]) from error


def _credentials(store: dict[str, Any]) -> Credentials:
    manifest = store["manifests"][store["active_manifest"]]
    signature, problems = manifest.get("signature_info", {}), tuple(_problems(store))
    return Credentials(
        verdict=_verdict(store.get("validation_state", "Invalid"), problems),
        problems=problems,
        generator=_agent(manifest["claim_generator_info"][0]),
        signer=" · ".join(filter(None, (signature.get("issuer"), signature.get("common_name")))),
        signed_at=signature.get("time", ""),
        actions=tuple(map(_action, _actions(manifest))),
    )


def _verdict(state: str, problems: Sequence[str]) -> Verdict:
    if problems and set(problems) <= EXPIRY:
        return Verdict.EXPIRED
    return {"Trusted": Verdict.OURS, "Valid": Verdict.UNKNOWN_SIGNER}.get(state, Verdict.CHANGED)


def _problems(store: dict[str, Any]) -> list[str]:
    failures = store.get("validation_results", {}).get("activeManifest", {}).get("failure", [])
    return sorted({str(failure.get("code")) for failure in failures} - {"signingCredential.untrusted"})


def _actions(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        action
        for assertion in manifest.get("assertions", [])
        if str(assertion.get("label")).startswith("c2pa.actions")
        for action in assertion["data"]["actions"]
    ]


def _action(said: dict[str, Any]) -> Action:
    agent = said.get("softwareAgent", "")
    return Action(
        name=str(said["action"]),
        source_type=str(said.get(SOURCE_TYPE, "")).rpartition("/")[2],
        agent=_agent(agent) if isinstance(agent, dict) else str(agent),
        description=str(said.get("description", "")),
        seconds=tuple(_seconds(region) for change in said.get("changes", ()) for region in change["region"]),
    )


def _agent(said: dict[str, Any]) -> str:
    return " ".join(filter(None, (said.get("name"), said.get("version"))))


def _seconds(region: dict[str, Any]) -> tuple[float, float]:
    time = region.get("time", {})
    return float(time.get("start") or 0), float(time.get("end") or 0)
