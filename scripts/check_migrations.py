"""Migrations and models agree: a fresh database that has run every migration is what the models describe."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError

from scripts.toolchain import ROOT


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = Config(ROOT / "alembic.ini")
        config.set_main_option("sqlalchemy.url", f"sqlite:///{Path(folder) / 'throwaway.db'}")
        config.attributes["ours_alone"] = True
        command.upgrade(config, "head")
        try:
            command.check(config)
        except CommandError as difference:
            sys.exit(f"{difference}\nWrite the missing migration: make migration ABOUT='what changes'")


if __name__ == "__main__":
    main()
