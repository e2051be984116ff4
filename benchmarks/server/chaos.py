"""Chaos test: hundreds of takes on PostgreSQL while workers are killed and frozen and the provider fails.

    python -m benchmarks.server.chaos --users 20 --photos 15 --strokes 120

Prints what happened and what is wrong; ends with 1 if anything is.
"""

import argparse
import logging
import os
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from echoes.database import get_database
from echoes.jobs.requests import prepare_engine_tables
from tests.support.databases.postgres import QUICK, cluster
from tests.support.jobs.chaos import Campaign, Plan
from tests.support.servers.production import serve
from tests.support.standins.runway import CODES, RunwayStandIn
from tests.support.standins.scripting import Chance, Script

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    options = _options()
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # broken deliveries are part of it
    standin = RunwayStandIn(Script(chance=Chance(options.seed, options.failures, CODES)))
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, cluster(QUICK) as url:
        with serve(standin.app) as address:
            _configure(Path(folder), url, address)
            campaign = Campaign(get_database(), standin, Path(folder), _plan(options))
            campaign.run()
            wrong = campaign.verdict()
        for name, value in campaign.figures().items():
            print(f"{name:32} {value}")
        print(f"{'wrong':32} {len(wrong)}")
        print("\n".join(wrong[:50]))
        get_database().dispose()
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--photos", type=int, default=15, help="of each user")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--strokes", type=int, default=120, help="kill -9 or SIGSTOP, at random")
    parser.add_argument(
        "--failures", type=float, default=0.35, help="the share of orders that meet with trouble"
    )
    return parser.parse_args()


def _plan(options: argparse.Namespace) -> Plan:
    return Plan(options.seed, options.users, options.photos, options.workers, strokes=options.strokes)


def _configure(folder: Path, database: str, runway: str) -> None:
    settings = {
        "DATA_DIR": str(folder / "data"), "DATABASE_URL": database, "PROVIDER": "runway",
        "RUNWAY_BASE_URL": runway, "RUNWAY_API_SECRET": "key_chaos", "RUNWAY_POLL_SECONDS": "0.2",
        "WORKER_LEASE_SECONDS": "2",
    }  # fmt: skip
    os.environ.update({f"ECHOES_{name}": value for name, value in settings.items()})
    command.upgrade(Config(ROOT / "alembic.ini"), "head")
    prepare_engine_tables()


if __name__ == "__main__":
    sys.exit(main())
