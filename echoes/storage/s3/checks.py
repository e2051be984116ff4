"""What `echoes doctor` looks at in a bucket: rights, privacy, CORS, unfinished uploads, the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import urllib3
from botocore.exceptions import ClientError
from urllib3.exceptions import HTTPError

from echoes.errors import StorageFull, StorageUnavailable, brief
from echoes.models import new_id
from echoes.storage.base import StorageUnusable
from echoes.storage.s3.errors import NETWORK, code_of, s3_errors_in_words

if TYPE_CHECKING:
    from echoes.storage.s3.storage import S3Storage

PROBE = b"Echoes looks whether it may write here."
OK = 200
SECONDS = 15.0
MOST_SKEW = 300
"""Seconds. From 900 on S3 refuses all."""
EVERYBODY = ("/AllUsers", "/AuthenticatedUsers")
READING = frozenset({"GET", "HEAD"})
DOCS = "docs/hosting.md (Files in S3) has the configuration."
SWEEPS_BY_ITSELF = ("MinIO",)
"""By their Server header: they drop unfinished uploads after a day, and know no rule for it."""
PUBLIC = "Block public access to it, and remove what lets everybody in from its policy and ACL."

Faults = Iterator[tuple[str, str]]
"""Each is a reason and what to do."""


@dataclass(frozen=True, slots=True)
class Examination:
    storage: S3Storage
    answer: dict[str, Any]
    """Headers of the answer to what was put."""
    url: str
    """Opens what was put."""


def examine(storage: S3Storage) -> str:
    """Says what it is. Raises StorageUnusable with all that is wrong."""
    try:
        with s3_errors_in_words(storage.bucket):
            faults = list(_faults(storage))
    except StorageUnavailable as error:
        faults = [(error.cause, error.advice)]
    except StorageFull:
        faults = [("it is full", "Make room there.")]
    if faults:
        reasons, advice = ("; ".join(reason for reason, _ in faults), " ".join(dict(faults).values()))
        raise StorageUnusable(f"bucket {storage.bucket}: {reasons}", advice)
    return f"bucket {storage.bucket} at {storage.origin}, private"


def _faults(storage: S3Storage) -> Faults:
    """By way of a small file: all the rights that are needed are used once."""
    client, bucket = storage.client, storage.bucket
    key = f"probe/doctor/{new_id()}.bin"
    name = storage.prefix + key
    put = client.put_object(Bucket=bucket, Key=name, Body=PROBE, **storage.kept_as(key))
    try:
        if client.get_object(Bucket=bucket, Key=name)["Body"].read() != PROBE:
            yield "what was put does not come back", NETWORK
        client.list_objects_v2(Bucket=bucket, Prefix=name, MaxKeys=1)
        given = Examination(storage, put["ResponseMetadata"]["HTTPHeaders"], storage.url(key))
        for look in CHECKS:
            yield from look(given)
    finally:
        storage.delete([key])


def _clock(given: Examination) -> Faults:
    try:
        theirs = parsedate_to_datetime(given.answer.get("date", ""))
    except ValueError:
        return
    if (skew := abs((theirs - datetime.now(UTC)).total_seconds())) > MOST_SKEW:
        minutes = round(skew / 60)
        yield (
            f"this machine’s clock and the service’s are {minutes} minutes apart",
            "Let it set its clock by the network (NTP): signed URLs expire too early or too late.",
        )


def _signed_url(given: Examination) -> Faults:
    """As a browser opens it."""
    try:
        answer = _get(given.url)
    except HTTPError as error:
        yield f"browsers' address {given.storage.origin} does not answer: {brief(error)}", NETWORK
        return
    if (answer.status, answer.data) != (OK, PROBE):
        yield (
            f"a signed URL of {given.storage.origin} is answered with {answer.status}",
            "Check ECHOES_S3_PUBLIC_ENDPOINT, ECHOES_S3_ADDRESSING and ECHOES_S3_REGION; a proxy in front "
            "of it must leave host, path and query as they are.",
        )


def _unsigned(given: Examination) -> Faults:
    for address, what in (
        (
            urlsplit(given.url)._replace(query="").geturl(),
            "everybody can read its files, without a signature",
        ),
        (f"{given.storage.signer.bucket_url}?list-type=2", "everybody can list its files"),
    ):
        try:
            if _get(address).status == OK:
                yield what, PUBLIC
        except HTTPError:
            return  # Which the check of the signed URL says.


def _acl_and_policy(given: Examination) -> Faults:
    client, bucket = given.storage.client, given.storage.bucket
    acl: Any = _told(lambda: client.get_bucket_acl(Bucket=bucket)) or {}
    if any(grant["Grantee"].get("URI", "").endswith(EVERYBODY) for grant in acl.get("Grants", ())):
        yield "its ACL lets everybody in", PUBLIC
    policy: Any = _told(lambda: client.get_bucket_policy_status(Bucket=bucket)) or {}
    if policy.get("PolicyStatus", {}).get("IsPublic"):
        yield "its policy lets everybody in", PUBLIC


def _cors(given: Examination) -> Faults:
    """No page of ours needs a rule: none reads by script what lies there."""
    client, bucket, ours = given.storage.client, given.storage.bucket, given.storage.page_origin
    found: Any = _told(lambda: client.get_bucket_cors(Bucket=bucket)) or {}
    for rule in found.get("CORSRules", ()):
        if set(rule["AllowedOrigins"]) - {ours} or set(rule["AllowedMethods"]) - READING:
            yield (
                f"its CORS rules let other pages than {ours} in, or let pages write",
                f"Remove the rules, or allow GET and HEAD from {ours} alone. {DOCS}",
            )
            return


def _unfinished_uploads(given: Examination) -> Faults:
    client, bucket = given.storage.client, given.storage.bucket
    if given.answer.get("server", "").startswith(SWEEPS_BY_ITSELF):
        return
    found: Any = _told(
        lambda: client.get_bucket_lifecycle_configuration(Bucket=bucket), "NoSuchLifecycleConfiguration"
    )
    if found is not None and not any(_aborts(rule, given.storage.prefix) for rule in found.get("Rules", ())):
        yield (
            "no lifecycle rule removes parts of unfinished uploads, which cost money and are seen by nobody",
            f"Add a rule with AbortIncompleteMultipartUpload after 2 days. {DOCS}",
        )


def _aborts(rule: dict[str, Any], prefix: str) -> bool:
    only = rule.get("Filter", {}).get("Prefix", rule.get("Prefix", ""))
    is_on = rule.get("Status") == "Enabled" and "AbortIncompleteMultipartUpload" in rule
    return is_on and prefix.startswith(only)


def _told(ask: Callable[[], Any], absent: str = "") -> Any:
    """None where the service knows no such thing, or these credentials may not see it: what matters most is
    tried out. An empty answer for the code `absent`."""
    try:
        return ask()
    except ClientError as error:
        if code_of(error) == absent:
            return {}
        return None


def _get(address: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", address, timeout=SECONDS, retries=False, redirect=False)


CHECKS: tuple[Callable[[Examination], Faults], ...] = (
    _clock, _signed_url, _unsigned, _acl_and_policy, _cors, _unfinished_uploads,
)  # fmt: skip
