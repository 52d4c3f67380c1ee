# `make run` and `make test` do all their set-up themselves; the second time it takes a moment.
# PYTHON=... chooses the interpreter, SEMANTIC=yes installs what recall by meaning will need (torch), ARGS=... are nlsh's arguments.

PYTHON ?=
SEMANTIC ?= no
ARGS ?=
bin := .venv/bin

export PYTHON SEMANTIC

.PHONY: run test check format setup clean

run: setup
	@$(bin)/python -m nlsh $(ARGS)

setup:
	@scripts/setup.sh run

test:
	@scripts/setup.sh dev
	$(bin)/python -m pytest

check:
	@scripts/setup.sh dev
	$(bin)/python -m ruff format --check .
	$(bin)/python -m ruff check .
	$(bin)/python -m mypy
	$(bin)/lint-imports
	$(bin)/python -m pytest

format:
	@scripts/setup.sh dev
	$(bin)/python -m ruff check --fix .
	$(bin)/python -m ruff format .

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
