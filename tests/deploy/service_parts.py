"""Parts of a service that sells at their own names and ports, in a network of one's own: PostgreSQL with
passwords, Redis, and stand-ins of Stripe, Runway, Amazon S3 and a mail server, over https."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import boto3
import httpx
import sqlalchemy as sa

from echoes.database import Database
from tests.deploy.selling_service import HOST, RUNWAY_KEY, WEBHOOK_SECRET, WHO, SellingService
from tests.support import programs
from tests.support.aws import emulators as aws
from tests.support.databases.postgres import QUICK, cluster
from tests.support.payments.hosted_checkout import HostedCheckout
from tests.support.processes import wait_for
from tests.support.releases import ROOT, Release
from tests.support.servers.production import serve
from tests.support.servers.smtp import mail_server
from tests.support.servers.tls import Authority
from tests.support.servers.tls_proxy import tls_proxy
from tests.support.standins.runway import RunwayStandIn
from tests.support.standins.scripting import Script

BUCKET = "echoes-files"
STORE_PORT = 3900
ROLE = "CREATE ROLE echoes LOGIN CREATEROLE PASSWORD 'password'"
LETS_IN = "local all all trust\nhost all all all scram-sha-256\n"


@contextmanager
def selling_parts(
    folder: Path, tls: Authority, addresses: Mapping[str, str]
) -> Iterator[tuple[SellingService, str, dict[str, str]]]:
    """What a walk needs to know, the lines beside the recipe's, and the credentials of the bucket."""
    with ExitStack() as stack:
        url = stack.enter_context(_postgres(folder, addresses["db"]))
        stack.enter_context(_redis(folder, addresses["redis"]))
        secrets = stack.enter_context(_store(folder, tls, addresses[f"s3.{aws.REGION}.amazonaws.com"]))
        stripe = HostedCheckout(
            address="https://api.stripe.com", secret=WEBHOOK_SECRET, shop=f"https://{HOST}",
            client=httpx.AsyncClient(verify=tls.trust),
        )  # fmt: skip
        runway = RunwayStandIn(Script(), RUNWAY_KEY)
        stack.enter_context(serve(stripe.app(), tls.context, (addresses["api.stripe.com"], 443)))
        stack.enter_context(serve(runway.app, tls.context, (addresses["api.dev.runwayml.com"], 443)))
        at = (addresses["mail.example.org"], 587)
        mail = stack.enter_context(mail_server(tls.context, demands=True, at=at))
        database = Database(url)
        stack.callback(database.dispose)
        release = Release(ROOT, {})
        google = "https://accounts.google.com"
        yield SellingService(tls, release, database, google, stripe, mail), _lines(), secrets


def _lines() -> str:
    """Of docs/mail.md and docs/providers.md."""
    return (
        f"ECHOES_SMTP_URL=smtp://{WHO}@mail.example.org:587\n"
        "ECHOES_MAIL_FROM=Echoes <echoes@example.org>\n"
        f"ECHOES_PROVIDER=runway\nECHOES_RUNWAY_API_SECRET={RUNWAY_KEY}\n"
    )


@contextmanager
def _postgres(folder: Path, address: str) -> Iterator[str]:
    """The URL for whoever looks on, by its socket. Over the network it asks for passwords."""
    rules = folder / "pg_hba.conf"
    rules.write_text(LETS_IN)
    rules.chmod(0o644)
    with cluster(f"{QUICK} -c listen_addresses={address} -c hba_file={rules}") as url:
        admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sa.text(ROLE))
            connection.execute(sa.text("CREATE DATABASE echoes OWNER echoes"))
        admin.dispose()
        yield url.replace("/postgres?", "/echoes?")


@contextmanager
def _redis(folder: Path, address: str) -> Iterator[None]:
    program = programs.redis_server()
    assert program is not None
    command = [program, "--bind", address, "--port", "6379", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([*command, "--protected-mode", "no"], stdout=subprocess.DEVNULL)
    ping = ["redis-cli", "-h", address, "ping"]
    try:
        wait_for(lambda: subprocess.run(ping, capture_output=True).returncode == 0, "Redis to answer")
        yield
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _store(folder: Path, tls: Authority, address: str) -> Iterator[dict[str, str]]:
    """A bucket at Amazon's own names."""
    told = {
        "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(STORE_PORT), "LOG_LEVEL": "WARNING", "AUTH": "true",
        "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0",
    }  # fmt: skip
    (folder / "store").mkdir()
    with aws._running("ministack", [], STORE_PORT, told, folder / "store") as endpoint:
        client = boto3.Session("test", "test", region_name=aws.REGION).client("s3", endpoint_url=endpoint)
        place: Any = {"LocationConstraint": aws.REGION}
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        client.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration=aws.SWEPT)
        with tls_proxy(tls, STORE_PORT, (address, 443)):
            yield aws.CREDENTIALS | {"AWS_REGION": aws.REGION}
