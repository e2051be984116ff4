"""What a service that sells is made of: its recipe's lines, and real parts or stand-ins over https of an
authority of the test's own: an OpenID provider, Stripe, Runway, a mail server, a proxy with TLS."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx

from echoes.database import Database
from tests.journeys.conftest import UNHURRIED
from tests.settings.test_recipes import GIVEN, filled_in
from tests.support.databases.postgres import as_app, create_database
from tests.support.payments.hosted_checkout import HostedCheckout
from tests.support.payments.stripe import Event, signed
from tests.support.processes import PATIENCE
from tests.support.releases import ROOT, Release
from tests.support.servers.production import serve
from tests.support.servers.smtp import PASSWORD, USER, MailServer, mail_server
from tests.support.servers.tls import Authority, make_tls
from tests.support.servers.tls_proxy import tls_proxy
from tests.support.sign_in.openid_providers import provider_with_tls
from tests.support.standins.runway import RunwayStandIn
from tests.support.standins.scripting import Script

HOST = "echoes.example"
"""As the recipe has it. Browsers are told where it is."""
WITHOUT_BUCKET = r"^ECHOES_(STORAGE|S3_BUCKET)=.*\n"
"""Machines that share a folder need none, as the recipe says."""
RUNWAY_KEY = "key_of_a_service_that_sells"
WHO = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
"""At the mail server."""
WEBHOOK_SECRET = GIVEN["ECHOES_STRIPE_WEBHOOK_SECRET"]


@dataclass
class SellingService:
    tls: Authority
    release: Release
    database: Database
    issuer: str
    stripe: HostedCheckout
    mail: MailServer

    @property
    def address(self) -> str:
        return f"https://{HOST}"

    @contextmanager
    def behind_a_proxy(self, port: int) -> Iterator[int]:
        """Its port. Stripe delivers to it, and checks its certificate, as to any shop."""
        with tls_proxy(self.tls, port) as proxy_port:
            self.stripe.shop = f"https://localhost:{proxy_port}"
            yield proxy_port

    def deliver(self, said: Event, secret: str = WEBHOOK_SECRET) -> int:
        """An event, as Stripe signs it; what the webhook answers."""
        sent = signed(said, secret)
        answer = httpx.post(
            f"{self.stripe.shop}/stripe/webhook", timeout=PATIENCE, verify=self.tls.trust, **sent
        )
        return answer.status_code


@contextmanager
def selling_service(postgres: str, redis_url: str, folder: Path) -> Iterator[SellingService]:
    """Migrated, and not started."""
    with ExitStack() as stack:
        tls = make_tls(folder / "tls", ["localhost", "127.0.0.1", HOST])
        stripe = HostedCheckout(secret=WEBHOOK_SECRET, client=httpx.AsyncClient(verify=tls.trust))
        stripe.address = stack.enter_context(serve(stripe.app(), tls.context))
        runway = stack.enter_context(serve(RunwayStandIn(Script(), RUNWAY_KEY).app, tls.context))
        issuer = stack.enter_context(provider_with_tls(tls.context))
        mail = stack.enter_context(mail_server(tls.context, demands=True))
        url = create_database(postgres)
        here = {
            "ECHOES_DATABASE_URL": url,
            "ECHOES_APP_DATABASE_URL": as_app(url),
            "ECHOES_REDIS_URL": redis_url,
        }
        more = {
            "ECHOES_OIDC_ISSUER": issuer,
            "ECHOES_STRIPE_API_URL": stripe.address,
            "ECHOES_SMTP_URL": f"smtp://{WHO}@localhost:{mail.port}",
            "ECHOES_MAIL_FROM": "Echoes <echoes@echoes.example>",
            "ECHOES_PROVIDER": "runway",
            "ECHOES_RUNWAY_BASE_URL": runway,
            "ECHOES_RUNWAY_API_SECRET": RUNWAY_KEY,
            "ECHOES_RUNWAY_POLL_SECONDS": "0.4",
            "ECHOES_CLIP_SECONDS": "2",
        }
        (folder / ".env").write_text(lines_of_the_recipe(here) + _lines(more))
        settings = {"ECHOES_ENV_FILE": str(folder / ".env"), "ECHOES_DATA_DIR": str(folder / "data")}
        release = Release(ROOT, UNHURRIED | settings | tls.settings, public_url=f"https://{HOST}")
        release.migrate()
        database = Database(url)
        stack.callback(database.dispose)
        yield SellingService(tls, release, database, issuer, stripe, mail)


def lines_of_the_recipe(here: dict[str, str]) -> str:
    """With the addresses of this machine in the place of the recipe's."""
    lines = re.sub(WITHOUT_BUCKET, "", filled_in("A service that sells"), flags=re.MULTILINE)
    for name, address in here.items():
        line = f"{name}={address}".replace("\\", r"\\")
        lines, replaced = re.subn(rf"^{name}=.*$", line, lines, flags=re.MULTILINE)
        assert replaced == 1, f"the recipe does not name {name}"
    return lines


def _lines(settings: dict[str, str]) -> str:
    return "".join(f'{name}="{value}"\n' for name, value in settings.items())
