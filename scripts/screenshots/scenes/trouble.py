"""Scenes of what goes wrong: no connection, nothing there, no access, too many attempts."""

from collections.abc import Iterator
from uuid import UUID, uuid4

from scripts.screenshots.rows import Demo
from scripts.screenshots.scenes.scene import NEWCOMER, NOBODY, Scene, after, go_offline, tap, touch


def scenes(demo: Demo) -> Iterator[Scene]:
    clips = f"/project/{demo.project}/clips"
    arrange = f"/project/{demo.project}/arrange"
    yield Scene("offline", clips, act=go_offline, shown=".clip-card")
    yield Scene("offline-kept", clips, act=after(go_offline, tap("Keep")), shown=".clip-card")
    yield Scene("offline-dialog", arrange, act=after(touch(".shot-open"), go_offline), shown=".shot")
    yield Scene("not-found", "/404", NOBODY)
    yield Scene("no-such-film", f"/project/{UUID(int=uuid4().int)}/photos")
    yield Scene("no-access", "/admin", NEWCOMER)
    yield Scene("error-page", "/files/nothing-of-this-name", NOBODY, shown="body")
    yield Scene("unsubscribe-old", "/mail/unsubscribe/never", NOBODY, shown="body")
