"""Scenes of the steps photos, clips and arrange."""

from collections.abc import Iterator

from scripts.screenshots.rows import ARABIC, LONG_NAME, Demo
from scripts.screenshots.scenes.scene import Scene, after, hear_nothing, sending, tap, touch, unfold

PHOTO, CARD, SHOT = ".photo-grid img", ".clip-card", ".shot"


def scenes(demo: Demo) -> Iterator[Scene]:
    yield from _photos(demo)
    yield from _clips(demo)
    yield from _arrange(demo)
    yield from _many(demo)


def _photos(demo: Demo) -> Iterator[Scene]:
    photos = f"/project/{demo.copy_of_project('Only photos yet', 7)}/photos"
    aside = f"/project/{demo.with_photos_set_aside()}/photos"
    yield Scene(
        "photos-empty", f"/project/{demo.copy_of_project('Nothing yet', 0)}/photos", shown=".dropzone"
    )
    yield Scene("photos-loading", photos, before=hear_nothing, shown=".skeleton")
    yield Scene("photos", photos, shown=PHOTO)
    yield Scene("photos-rename", photos, act=tap("Rename this film"), shown=PHOTO)
    yield Scene("photos-select", photos, act=tap("Select several"), shown=PHOTO)
    selected = (tap("Select several"), tap("Select all"))
    yield Scene("photos-selected", photos, act=after(*selected), shown=PHOTO)
    yield Scene("photos-move", photos, act=after(*selected, tap("Move")), shown=PHOTO)
    yield Scene("photos-set-aside", aside, shown=PHOTO)
    yield Scene("photos-uploading", photos, act=sending("hang"), shown=PHOTO)
    yield Scene("photos-upload-failed", photos, act=sending("abort"), shown=PHOTO)
    yield Scene("photos-refused", photos, act=sending("refused"), shown=PHOTO)
    removed = f"/project/{demo.copy_of_project('One removed', 5)}/photos"
    yield Scene("photos-undo", removed, act=tap("Remove"), shown=PHOTO)


def _clips(demo: Demo) -> Iterator[Scene]:
    full = f"/project/{demo.project}/clips"
    still = f"/project/{demo.copy_of_project('Still photos', 7)}/clips"
    mixed_id = demo.copy_of_project("In every state", 9, 8)

    def every_state() -> None:
        demo.clips_in_every_state(mixed_id)

    yield Scene("clips-empty", f"/project/{demo.copy_of_project('Nothing here yet', 0)}/clips")
    yield Scene("clips-loading", full, before=hear_nothing, shown=".skeleton")
    yield Scene("clips-still", still, shown=CARD)
    yield Scene("clips-shape", still, act=unfold("Change"), shown=CARD)
    yield Scene("clips-move", still, act=tap("Choose a move"), shown=CARD)
    framing = after(tap("Choose a move"), unfold("Framing and movement"))
    yield Scene("clips-framing", still, act=framing, shown=CARD)
    yield Scene("clips-every-state", f"/project/{mixed_id}/clips", prepare=every_state, shown=CARD)
    yield Scene("clips-open", full, act=tap("Change"), shown=CARD)
    yield Scene("clips-select", full, act=tap("Select several"), shown=CARD)
    chosen = after(tap("Select several"), tap("Select all"))
    yield Scene("clips-selected", full, act=chosen, shown=CARD)
    gone = f"/project/{demo.copy_of_project('One clip removed', 4, 4)}/clips"
    yield Scene("clips-undo", gone, act=after(tap("Change"), tap("Remove this clip")), shown=CARD)
    yield Scene("clips", full, shown=CARD)


def _arrange(demo: Demo) -> Iterator[Scene]:
    arrange = f"/project/{demo.project}/arrange"
    edited = f"/project/{demo.with_words_and_music()}/arrange"
    photos = demo.copy_of_project("Nothing kept yet", 3)
    yield Scene("arrange", arrange, shown=SHOT)
    yield Scene("arrange-empty", f"/project/{photos}/arrange")
    yield Scene("arrange-loading", arrange, before=hear_nothing, shown=".skeleton")
    yield Scene("arrange-clip", arrange, act=touch(".shot-open"), shown=SHOT)
    longer = after(touch(".shot-open"), unfold("For a longer clip"))
    yield Scene("arrange-clip-longer", arrange, act=longer, shown=SHOT)
    yield Scene("arrange-joint", arrange, act=touch(".joint"), shown=SHOT)
    yield Scene("arrange-moving", arrange, act=after(tap("Move several"), touch(".shot-open")), shown=SHOT)
    yield Scene("arrange-edited", edited, act=unfold("Captions", "Not in the film"), shown=SHOT)
    gone = f"/project/{demo.copy_of_project('One left out', 5, 5)}/arrange"
    leave = after(touch(".shot-open"), tap("Leave it out of the film"))
    yield Scene("arrange-undo", gone, act=leave, shown=SHOT)
    yield Scene("arrange-music-refused", arrange, act=sending("refused", "music"), shown=SHOT)


def _many(demo: Demo) -> Iterator[Scene]:
    """Forty photos, long names, and names that are written from the right."""
    many = f"/project/{demo.copy_of_project('Forty photos', 40, 40)}"
    long = f"/project/{demo.copy_of_project(LONG_NAME, 4, 3)}"
    right = f"/project/{demo.copy_of_project(ARABIC, 4, 3)}"
    yield Scene("photos-forty", f"{many}/photos", shown=PHOTO)
    yield Scene("clips-forty", f"{many}/clips", shown=CARD)
    yield Scene("arrange-forty", f"{many}/arrange", shown=SHOT)
    yield Scene("photos-long-name", f"{long}/photos", shown=PHOTO)
    yield Scene("photos-arabic", f"{right}/photos", shown=PHOTO)
    yield Scene("clips-arabic-rename", f"{right}/clips", act=tap("Rename this film"), shown=CARD)
