"""`make demo`: makes the demo's data unless they are there, and starts the app on them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.toolchain import ROOT

FOLDER = ROOT / "demo-data"
KEPT = ("ECHOES_PORT",)
"""Of the operator's settings. No other one counts here, and their data are never touched."""
MAKING = ["-m", "scripts.demo.making"]
OF_OURS = ("ECHOES_", "RUNWAYML_", "FAL_")
GUIDE = """
The demo is in {folder}: {name}, twelve photographs, their clips, and a finished film.
When Echoes is ready:

  the app        {address}  (sign in with the name “{name}”; no password, only on this computer)
  the film       {address}/project/{project}/film
  its link       {link}  (what a guest sees)
  the operator   {address}/admin  ({name} is one)

Ctrl-C ends it; `make demo` starts it again as you left it. To start over, delete {folder}.
"""


def environment(folder: Path) -> dict[str, str]:
    """Local mode, the embedded parts, and this data folder, whatever is set here or in .env."""
    others = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT or not name.upper().startswith(OF_OURS)
    }
    return others | {"ECHOES_DATA_DIR": str(folder), "ECHOES_ENV_FILE": ""}


def main() -> None:
    os.chdir(ROOT)
    if not FOLDER.exists():
        make(FOLDER)
    settings = environment(FOLDER)
    os.environ.clear()
    os.environ.update(settings)
    migrate(FOLDER)
    print(guide(), flush=True)
    os.execv(sys.executable, [sys.executable, "-m", "echoes.web"])  # noqa: S606


def make(folder: Path) -> None:
    """Whole or not at all: what was cut off is made anew."""
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    print("Making the demo (two or three minutes, only this once) …", flush=True)
    migrate(partial)
    made = subprocess.run([sys.executable, *MAKING], env=environment(partial), check=False)
    if made.returncode != 0:
        sys.exit(made.returncode)
    partial.rename(folder)


def migrate(folder: Path) -> None:
    command = [sys.executable, "-m", "alembic", "upgrade", "head"]
    if subprocess.run(command, env=environment(folder), check=False).returncode != 0:
        sys.exit("The demo's database could not be migrated: the words above say why.")


def guide() -> str:
    from sqlmodel import col, select

    from echoes.database import get_database
    from echoes.models import ShareLink, Video
    from echoes.settings import get_settings
    from echoes.sharing.service import address
    from scripts.demo.making import NAME

    shared = select(ShareLink, Video).join(Video, col(Video.id) == col(ShareLink.video_id))
    with get_database().reading() as session:
        link, video = session.exec(shared.order_by(col(ShareLink.id))).first() or (None, None)
        return GUIDE.format(
            folder=FOLDER.relative_to(ROOT),
            name=NAME,
            address=get_settings().public_url,
            project=video.project_id if video else "",
            link=address(link) if link else "deleted in the meantime",
        )


if __name__ == "__main__":
    main()
