"""Write the migration from the last one to what the models say now, to be read before it is kept."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from scripts.toolchain import ROOT


def main() -> None:
    about = " ".join(sys.argv[1:])
    if not about:
        sys.exit("Say what changes: make migration ABOUT='add captions to clips'")
    with tempfile.TemporaryDirectory() as folder:
        config = Config(ROOT / "alembic.ini")
        config.set_main_option("sqlalchemy.url", f"sqlite:///{Path(folder) / 'throwaway.db'}")
        config.attributes["ours_alone"] = True
        command.upgrade(config, "head")
        command.revision(config, about, autogenerate=True)


if __name__ == "__main__":
    main()
