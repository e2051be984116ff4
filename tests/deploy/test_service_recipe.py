"""The recipe of a service that sells of docs/hosting.md, by its exact lines and over https throughout: a web
process and a worker on one PostgreSQL with two roles, one Redis and one folder. Somebody signs in by OpenID,
buys credits, has a photo animated, makes a film, sends it, and is told by mail of the reply."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlmodel import col, func, select

from echoes.credits.ledger import balance_of
from echoes.models import Order, OrderState, User, WorkerLease
from tests.deploy.selling_service import HOST, SellingService, selling_service
from tests.journeys.accounts.steps import by_provider, forgive_refusals
from tests.journeys.accounts.test_passkeys import sign_out
from tests.journeys.conftest import DEVICES, QUIET_CHROMIUM, require_front_end
from tests.journeys.films.sharing_steps import address_of, dress, go_on_to_sending
from tests.journeys.steps import LONG, at, upload
from tests.journeys.visitors import SECONDS_TO_SEE, Visitor, visit
from tests.sharing.conftest import SAFARI
from tests.support import programs
from tests.support.media.photos import make_photos
from tests.support.payments.stripe import event, session_of
from tests.support.processes import PATIENCE, wait_for
from tests.support.servers.redis import RedisServer

pytestmark = [pytest.mark.long, pytest.mark.postgres, pytest.mark.redis, pytest.mark.chromium]

ROSA = "rosa@example.org"
BOUGHT = 5


@pytest.fixture
def service(postgres: str, redis_server: RedisServer, tmp_path: Path) -> Iterator[SellingService]:
    with selling_service(postgres, redis_server.url, tmp_path) as made:
        yield made


def test_a_service_that_sells(service: SellingService, tmp_path: Path) -> None:
    require_front_end()
    release = service.release
    with (
        release.web(tmp_path / "web.log") as web,
        release.worker(tmp_path / "worker.log") as worker,
        service.behind_a_proxy(web.port) as proxy_port,
    ):
        assert httpx.get(f"{web.address}/readyz", timeout=PATIENCE).status_code == 200
        wait_for(lambda: workers(service) == 1, "the worker's lease")
        nobody_comes_by_a_name(web.address)
        tell_provider(service)
        with chromium_at(service, proxy_port) as browser:
            walk(browser, service, tmp_path)
        assert [web.end(), worker.end()] == [0, 0]


def walk(browser: Browser, service: SellingService, folder: Path) -> None:
    with visit(browser, service.address, "phone", DEVICES["phone"]) as rosa:
        page = rosa.page
        page.goto("/credits?return=/films")
        by_provider(page, "rosa")
        buy(rosa, service)
        make_a_film(rosa, make_photos(folder / "photos", 700, count=1))
        link = share(page)
        page.goto("/account")
        sign_out(page)
        forgive_refusals(rosa)
    assert service.mail.taken == [], "who is there needs no mail"
    answer_by_a_heart(browser, service, link)
    the_mail_tells_of_it(service)
    the_books_are_right(service)


def buy(visitor: Visitor, service: SellingService) -> None:
    """At the payment service's own page, which tells our webhook before it sends the browser back."""
    page = visitor.page
    before = balance(page)
    page.get_by_role("button", name=re.compile(f"^Buy {BOUGHT} credits")).click()
    page.wait_for_url(f"{service.stripe.address}/pay/**")
    expect(page.get_by_text("5 credits: 1500 usd")).to_be_visible()
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    expect(page.locator(".balance")).to_have_text(f"{before + BOUGHT} credits")
    visitor.look("selling-1-thanks")
    page.get_by_role("link", name="Continue", exact=True).click()
    at(page, "/films")


def balance(page: Page) -> int:
    expect(page.locator(".balance")).to_have_text(re.compile(r"\d+ credits?"))
    return int(page.locator(".balance").inner_text().split()[0])


def make_a_film(visitor: Visitor, photos: list[Path]) -> None:
    """Of a clip that a provider makes for a credit."""
    page = visitor.page
    page.goto("/films/new")
    at(page, "/photos")
    upload(visitor, photos)
    page.get_by_role("link", name="Continue to the clips").click()
    at(page, "/clips")
    before = balance(page)
    page.get_by_role("button", name="Animate this photo · 1 credit").click()
    page.get_by_role("button", name="Keep", exact=True).click(timeout=LONG)
    expect(page.locator(".balance")).to_have_text(re.compile(f"^{before - 1} credits?$"))
    page.get_by_role("link", name="Arrange your clips").click()
    at(page, "/arrange")
    page.get_by_role("button", name="Make the film").click()
    at(page, "/film")
    expect(page.get_by_role("link", name="Download the film")).to_be_visible(timeout=LONG)
    visitor.look("selling-2-film")


def share(page: Page) -> str:
    page.get_by_role("button", name="Share").click()
    dress(page)
    go_on_to_sending(page)
    return address_of(page)


def answer_by_a_heart(browser: Browser, service: SellingService, link: str) -> None:
    guest = browser.new_context(base_url=service.address, user_agent=SAFARI, **DEVICES["phone"])
    watching = guest.new_page()
    watching.set_default_timeout(SECONDS_TO_SEE * 1000)
    watching.goto(link)
    watching.get_by_role("button", name="Send a heart").click()
    expect(watching.get_by_text("Your heart has been sent")).to_be_visible()
    guest.close()


def the_mail_tells_of_it(service: SellingService) -> None:
    mail = service.mail
    wait_for(lambda: mail.taken, "the mail about the reply")
    assert (mail.recipients, mail.was_encrypted) == ([ROSA], [True])
    assert "Somebody replied to" in mail.taken[0]["Subject"]
    plain = mail.taken[0].get_body(("plain",))
    assert plain is not None
    assert f"{service.address}/project/" in plain.get_content()


def the_books_are_right(service: SellingService) -> None:
    """The payment came once, and one that somebody else signed gave nothing."""
    with service.database.reading() as session:
        rosa = session.exec(select(User).where(col(User.subject) == "rosa")).one()
        (order,) = session.exec(select(Order)).all()
        held = balance_of(session, rosa.id)
    assert (order.state, order.owner_id, order.credits) == (OrderState.PAID, rosa.id, BOUGHT)
    assert rosa.issuer == service.issuer
    paid = event("checkout.session.completed", session_of(order))
    assert service.deliver(paid) == 200
    assert service.deliver(paid, "whsec_of_somebody_else") == 400
    assert service.stripe.answers == [200, 200]
    with service.database.reading() as session:
        assert balance_of(session, rosa.id) == held


def nobody_comes_by_a_name(address: str) -> None:
    sent = httpx.post(
        f"{address}/auth/local",
        data={"name": "Rosa"},
        headers={"origin": f"https://{HOST}"},
        timeout=PATIENCE,
    )
    assert sent.headers["location"].endswith("problem=closed")


def tell_provider(service: SellingService) -> None:
    known = {"email": ROSA, "email_verified": True, "name": "Rosa"}
    address = f"{service.issuer}/users/rosa"
    httpx.put(address, json=known, timeout=PATIENCE, verify=service.tls.trust).raise_for_status()


def workers(service: SellingService) -> int:
    with service.database.reading() as session:
        return session.exec(select(func.count()).select_from(WorkerLease)).one()


@contextmanager
def chromium_at(service: SellingService, port: int) -> Iterator[Browser]:
    """It finds the shop's name here, and trusts our servers by their key."""
    expect.set_options(timeout=SECONDS_TO_SEE * 1000)
    here = [
        f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{port}",
        f"--ignore-certificate-errors-spki-list={service.tls.spki}",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=programs.chromium(), args=[*QUIET_CHROMIUM, *here]
        )
        yield browser
        browser.close()
