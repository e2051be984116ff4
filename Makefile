# Two commands matter: `make run` and `make test`. Each sets up what it needs, and nothing twice.

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$name && break; done)
REQUIRE_PYTHON = $(if $(PYTHON),:,echo "Echoes needs Python 3.11 or newer, and there is none on PATH." >&2; exit 1)
VENV := .venv/bin
export DO_NOT_TRACK := 1

.PHONY: run demo dev test test-quick check lint types floors javascript migrations-agree format lock migrate migration \
	frontend environment environment-dev clean

run: environment frontend migrate
	@exec $(VENV)/python -m echoes.web

# A person with photographs, clips and a finished, shared film, in a data folder of its own.
demo: environment frontend
	@exec $(VENV)/python -m scripts.demo

dev: environment migrate
	@exec $(VENV)/python -m scripts.develop

# All tests in one run, so that no processor is idle between two: those marked `long` begin, then those that make films,
# start servers or drive a browser, and the fast ones fill what is left. Many wait for other programs for much of their
# time, so more of them run than there are processors. Without bytecode every worker, and every program that a test
# starts, would compile all anew. What a machine cannot run is skipped and named; ECHOES_FORBID_SKIPS=1 makes that a
# failure.
PROCESSORS = $$(getconf _NPROCESSORS_ONLN)
PYTEST = $(VENV)/python -m pytest -q --dist loadfile
test test-quick: export PYTHONDONTWRITEBYTECODE :=
test: environment-dev frontend
	@$(PYTEST) -n $$(( $(PROCESSORS) + 2 )) --no-loadscope-reorder

# The fast tests alone: less than a minute, and no front end is built for them.
test-quick: environment-dev
	@$(PYTEST) -n auto --ignore=tests/journeys -m "not slow"

check: lint types floors javascript migrations-agree

lint: environment-dev
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check --quiet .

types: environment-dev
	@$(VENV)/mypy

floors: environment-dev
	@$(VENV)/lint-imports --no-cache --no-logo

# Lint, format and types of JavaScript, JSX and CSS.
javascript: environment-dev
	@$(VENV)/python -m scripts.javascript check

migrations-agree: environment-dev
	@$(VENV)/python -m scripts.check_migrations

# Lets the formatters write.
format: environment-dev
	@$(VENV)/ruff format --quiet .
	@$(VENV)/python -m scripts.javascript format

# Newest versions that pyproject.toml allows, and the npm packages that the pages ask for.
lock: environment-dev
	@$(VENV)/python -m scripts.lock

# make migration ABOUT='add captions to clips'
migration: environment-dev
	@$(VENV)/python -m scripts.make_migration $(ABOUT)

environment:
	@$(REQUIRE_PYTHON)
	@$(PYTHON) scripts/environment.py

environment-dev:
	@$(REQUIRE_PYTHON)
	@$(PYTHON) scripts/environment.py dev

frontend: environment
	@$(VENV)/python -m scripts.frontend

migrate: environment
	@$(VENV)/alembic upgrade head

clean:
	rm -rf .venv .web build *.egg-info assets/external tools/javascript/node_modules
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
