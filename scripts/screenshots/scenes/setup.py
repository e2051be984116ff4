"""Scenes of the page of `echoes setup --browser`."""

from collections.abc import Iterator

from scripts.screenshots.rows import Demo
from scripts.screenshots.scenes.scene import NOBODY, Act, Scene, after, tap
from scripts.screenshots.setup_page import COMPUTER, HOME, without

BEGIN = tap("Set it up")


def scenes(demo: Demo) -> Iterator[Scene]:
    serve = demo.setup_page

    def scene(name: str, path: str, *acts: Act) -> Scene:
        return Scene(f"setup-{name}", path, NOBODY, act=after(*acts), shown="main")

    yield scene("first", serve({}))
    yield scene("folder", serve(without(HOME, "data_dir")))
    yield scene("ways", serve(without(HOME, "sign_in")))
    yield scene("address-wrong", serve(without(HOME, "address")), _answer("http://localhost"))
    yield scene("secret", serve(without(HOME, "smtp_url")))
    yield scene("key", serve(without(HOME, "runway_key")))
    yield scene("ready", serve(HOME))
    yield scene("refused", serve(HOME, "refused"), BEGIN)
    yield scene("working", serve(COMPUTER, "slow"), BEGIN)
    yield scene("done", serve(HOME), BEGIN)
    yield scene("starting", serve(HOME), BEGIN, tap("Start Echoes"))
    yield scene("later", serve(HOME), BEGIN, tap("Not now"))
    yield scene("unwell", serve(HOME, "unwell"), BEGIN)
    yield scene("unwell-over", serve(HOME, "unwell"), BEGIN, tap("Close the setup"))


def _answer(text: str) -> Act:
    return after(lambda page: page.locator("#value").fill(text), tap("Continue"))
