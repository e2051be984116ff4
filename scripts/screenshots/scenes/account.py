"""Scenes of buying credits and of the account."""

from collections.abc import Iterator
from functools import partial

from echoes.models import OrderState
from scripts.screenshots.rows import Demo
from scripts.screenshots.scenes.scene import NEWCOMER, Scene, hear_nothing, tap


def scenes(demo: Demo) -> Iterator[Scene]:
    yield from _account(demo)
    yield from _money(demo)


def _money(demo: Demo) -> Iterator[Scene]:
    yield Scene("credits", "/credits", shown=".pack")
    yield Scene("credits-loading", "/credits", before=hear_nothing)
    yield Scene("checkout", f"/checkout/local/{demo.order(OrderState.PENDING)}")
    for state in (OrderState.PENDING, OrderState.PAID, OrderState.FAILED, OrderState.EXPIRED):
        yield Scene(f"thanks-{state}", f"/credits/thanks?order={demo.order(state)}")
    on_its_way = demo.order(OrderState.PENDING, is_on_its_way=True)
    yield Scene("thanks-on-its-way", f"/credits/thanks?order={on_its_way}")
    yield Scene("thanks-never", "/credits/thanks?order=00000000-0000-4000-8000-000000000000")
    yield Scene("cancelled", "/credits/cancelled")
    poor = f"/project/{demo.copy_of_project('Out of credits', 9)}"
    two, none = partial(demo.make_dear, balance=2), partial(demo.make_dear, balance=0)
    yield Scene("out-of-credits", f"{poor}/clips", act=tap("Animate all"), shown=".clip-card", prepare=two)
    yield Scene(
        "out-of-credits-none", f"{poor}/clips", act=tap("Get credits"), shown=".clip-card", prepare=none
    )
    yield Scene("photos-no-credits", f"{poor}/photos", shown=".photo-grid img", prepare=none)
    yield Scene("account-credits", "/account", prepare=two)


def _account(demo: Demo) -> Iterator[Scene]:
    yield Scene("account", "/account", prepare=demo.passkeys)
    yield Scene("account-loading", "/account", before=hear_nothing)
    yield Scene("account-rename", "/account", act=tap("Change the name"))
    yield Scene("account-passkey-rename", "/account", act=tap("Rename"))
    yield Scene("account-passkey-remove", "/account", act=tap("Remove"))
    yield Scene("account-codes", "/account", act=tap("recovery codes"))
    yield Scene("account-delete", "/account", act=tap("Delete my account"))
    yield Scene("account-newcomer", "/account", NEWCOMER)
    yield Scene("account-leaving", "/account", NEWCOMER, prepare=demo.newcomer_leaves)
    yield Scene("films-leaving", "/films", NEWCOMER)
