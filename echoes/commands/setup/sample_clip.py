"""Sample clip: a clip of a drawn picture by the chosen provider, to see that its key works."""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

from echoes import providers
from echoes.errors import EchoesError, brief, for_operators
from echoes.providers.base import ClipRequest, Failed, Provider, Succeeded
from echoes.settings import Settings
from echoes.text.formatting import file_size

SECONDS = 600.0
SIZE = (1280, 720)

Say = Callable[[str], None]


def make_sample_clip(settings: Settings, say: Say) -> bool:
    """Whether it came. What it costs is the provider's to say."""
    provider = providers.get_provider(settings.provider)
    say(f"A test clip by {provider.title}…")
    try:
        with tempfile.TemporaryDirectory() as folder:
            size = asyncio.run(_made(provider, Path(folder), settings.clip_seconds))
    except TimeoutError:
        say(f"✗ {provider.title} did not make it within {SECONDS / 60:.0f} minutes. It may still do so.")
        return False
    except EchoesError as error:
        cause = brief(getattr(error, "cause", "") or for_operators(error))
        say(f"✗ {provider.title} did not make it: {cause}")
        return False
    say(f"✓ It came: {file_size(size)}.")
    return True


async def _made(provider: Provider, folder: Path, seconds: float) -> int:
    """Its bytes."""
    model = provider.models[0]
    request = ClipRequest(
        model=model.name,
        photo=_drawn(folder / "picture.jpg"),
        motion="push_in",
        size=model.nearest_size(SIZE),
        seconds=model.nearest_duration(seconds),
        prompt="The clouds drift slowly over the hills." if model.prompt_limit != 0 else None,
    )
    async with asyncio.timeout(SECONDS), provider.connect(folder) as connection:
        job_id = await connection.submit(request)
        while not isinstance(state := await connection.poll(job_id), Succeeded):
            if isinstance(state, Failed):
                raise SampleClipFailed(state)
            await asyncio.sleep(provider.poll_seconds)
        return (await connection.fetch(job_id)).video.stat().st_size


class SampleClipFailed(EchoesError):
    code = "sample_clip_failed"

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.sentence)
        self.cause = failed.cause or failed.sentence


def _drawn(path: Path) -> Path:
    """Sky, sun and hills: nobody's photograph."""
    picture = Image.new("RGB", SIZE, "#a9cbe6")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((900, 90, 1040, 230), fill="#ffe6a0")
    for left, top, right, colour in ((-200, 380, 700, "#7fa36b"), (400, 430, 1500, "#5f8a55")):
        draw.ellipse((left, top, right, 1100), fill=colour)
    picture.save(path, quality=90)
    return path
