"""Scenes of the shared film, as its guests see it, and of its frame on other sites."""

from collections.abc import Iterator

from scripts.screenshots.rows import ARABIC, LONG_NAME, Demo
from scripts.screenshots.scenes.scene import NOBODY, OWNER, Scene, after, fill, play, tap, unfold

NOTE = "Dear Grandma,\n\nthis is our year with you. We laughed a lot.\n\nYour Anna, Ben and Clara"


def scenes(demo: Demo) -> Iterator[Scene]:
    links = demo.links()
    for name, path in links.items():
        yield Scene(f"gift-{name}", path, NOBODY, shown="main")
        embedded = path.replace("/watch/", "/embed/")
        yield Scene(f"embed-{name}", embedded, NOBODY, shown="main, video")
    opened = links["open"]
    yield Scene("gift-owner", opened, OWNER, shown="main")
    yield Scene("gift-playing", opened, NOBODY, act=play(3.0), shown="main")
    yield Scene("gift-over", opened, NOBODY, act=play(1e6), shown="main")
    yield Scene("gift-how-made", opened, NOBODY, act=unfold("How this was made"), shown="main")
    yield Scene("gift-heart", opened, NOBODY, act=tap("heart"), shown="main")
    reply = after(fill("words", "It made me cry at breakfast."), tap("Send it"))
    yield Scene("gift-replied", opened, NOBODY, act=reply, shown="main")
    yield Scene(
        "gift-plain", demo.link(note="", sender="", can_reply=False, can_save=False), NOBODY, shown="main"
    )
    yield Scene(
        "gift-long", demo.link(title=LONG_NAME, note=NOTE, sender=LONG_NAME[:60]), NOBODY, shown="main"
    )
    yield Scene("gift-arabic", demo.link(title=ARABIC, note=ARABIC, sender="ليلى"), NOBODY, shown="main")
    yield Scene("gift-never", "/watch/never-made", NOBODY, shown="main")
    if "locked" in links:
        wrong = after(fill("Password", "guess"), tap("Open it"))
        yield Scene("gift-locked-wrong", links["locked"], NOBODY, act=wrong, shown="main")
