"""Buying credits in a real browser: at a payment service that others wrote, and at our own practice page.

Stripe's library speaks to npm's `emulate`, whose page is paid on and whose signed webhook comes back.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from echoes.database import Database
from echoes.models import CreditPack
from tests.journeys.conftest import DEVICES, App
from tests.journeys.visitors import Visitor, visit
from tests.support.payments.stripe import SECRET
from tests.support.servers import npm
from tests.support.servers.ports import free_port

pytestmark = pytest.mark.chromium

START = 30
"""What local mode gives to a newcomer."""
LONG = 60_000


@pytest.fixture(scope="module")
def shop_with_stripe(app: App, tmp_path_factory: pytest.TempPathFactory, node_modules: Path) -> Iterator[App]:
    folder, stripe_port = tmp_path_factory.mktemp("shop"), free_port()
    stripe = f"http://localhost:{stripe_port}"
    settings = {"SECRET_KEY": "sk_test_journey", "WEBHOOK_SECRET": SECRET, "API_URL": stripe}
    ours = App(
        folder / "data", free_port(), {f"ECHOES_STRIPE_{name}": value for name, value in settings.items()}
    )
    ours.start()
    seed = folder / "seed.yaml"
    seed.write_text(sell_at_stripe(ours))
    command = ("start", "--service", "stripe", "--port", str(stripe_port), "--seed", str(seed))
    with npm.running(
        node_modules, "emulate/dist/index.js", *command, ready=stripe, log=folder / "stripe.log"
    ):
        yield ours
    ours.stop()


def sell_at_stripe(ours: App) -> str:
    """The packs get Price ids, and the stand-in's seed knows them."""
    database = Database(f"sqlite:///{ours.data_dir}/echoes.db")
    products, prices = [], []
    with database.unscoped() as session:
        for pack in session.exec(select(CreditPack)):
            pack.stripe_price_id = f"price_{pack.credits}"
            name = f"{pack.credits} credits"
            products.append(f"    - name: {name}")
            prices.append(
                f"    - {{id: {pack.stripe_price_id}, product_name: {name}, currency: usd,"
                f" unit_amount: {pack.price_cents}}}"
            )
    database.dispose()
    webhook = f'    - {{url: "{ours.address}/stripe/webhook", events: ["*"], secret: {SECRET}}}'
    return "\n".join(["stripe:", "  products:", *products, "  prices:", *prices, "  webhooks:", webhook, ""])


@pytest.fixture(params=DEVICES)
def customer(request: pytest.FixtureRequest, chromium: Browser, shop_with_stripe: App) -> Iterator[Visitor]:
    with visit(chromium, shop_with_stripe.address, request.param, DEVICES[request.param]) as visitor:
        yield visitor


def test_credits_bought_at_stripe_appear_in_every_tab(customer: Visitor) -> None:
    page = enter_shop(customer, "Nora")
    second = page.context.new_page()
    second.goto("/films")
    has_balance(second, START)
    press_buy(page, 20)
    page.wait_for_url(re.compile(r"/checkout/cs_"))
    expect(page.get_by_text("$45.00").first).to_be_visible()
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("We have added 20 credits to your account.")).to_be_visible()
    for tab in (page, second):
        has_balance(tab, START + 20)
    page.reload()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    has_balance(page, START + 20)
    page.get_by_role("link", name="Continue", exact=True).click()
    page.wait_for_url(re.compile(r"/films/?$"))


@pytest.mark.parametrize("customer", ["phone"], indirect=True)
def test_who_leaves_stripe_without_paying_may_try_again(customer: Visitor) -> None:
    page = enter_shop(customer, "Otto")
    press_buy(page, 5)
    page.wait_for_url(re.compile(r"/checkout/cs_"))
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", name="Nothing was bought")).to_be_visible()
    has_balance(page, START)  # The page's script has come: before that a click may be lost.
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("button", name=re.compile("^Buy "))).to_have_count(3)
    has_balance(page, START)
    press_buy(page, 5)
    page.wait_for_url(re.compile(r"/checkout/cs_"))


@pytest.mark.parametrize("visitor", ["phone"], indirect=True)
def test_the_practice_page_knows_all_that_can_happen(visitor: Visitor) -> None:
    page = enter_shop(visitor, "Paula")
    visitor.look("buying-1-shop")
    press_buy(page, 20)
    expect(page.get_by_role("button", name="Pay $45")).to_be_visible()
    visitor.look("buying-2-practice")
    page.get_by_role("button", name="Pay later, by bank transfer").click()
    expect(page.get_by_role("heading", name="Your payment is on its way")).to_be_visible()
    has_balance(page, START)
    visitor.look("buying-3-on-its-way")
    page.get_by_role("link", name="Local mode: play the bank").click()
    page.get_by_role("button", name="The money arrives").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible(timeout=LONG)
    has_balance(page, START + 20)
    visitor.look("buying-4-thanks")
    for way, end in (
        ("Let the payment fail", "The payment did not go through"),
        ("Cancel", "Nothing was bought"),
    ):
        page.goto("/credits?return=/films")
        press_buy(page, 5)
        page.get_by_role("button", name=way, exact=True).click()
        expect(page.get_by_role("heading", name=end)).to_be_visible(timeout=LONG)
        visitor.look(f"buying-5-{way}")
    has_balance(page, START + 20)


def enter_shop(visitor: Visitor, name: str) -> Page:
    page = visitor.page
    page.goto("/credits?return=/films")
    page.get_by_label(re.compile("name", re.I)).fill(visitor.called(name))
    page.get_by_label(re.compile("name", re.I)).press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Buy "))).to_have_count(3)
    expect(page.get_by_text("Best value")).to_have_count(1)
    return page


def press_buy(page: Page, size: int) -> None:
    page.get_by_role("button", name=re.compile(f"^Buy {size} credits")).click()


def has_balance(page: Page, size: int) -> None:
    expect(page.locator(".balance")).to_have_text(f"{size} credits")
