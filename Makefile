# `make run` and `make test` do all their set-up themselves; the second time it takes a moment.
# PYTHON=... chooses the interpreter, SEMANTIC=yes installs what recall by meaning will need (torch), ARGS=... are nlsh's
# arguments, MINUTES=... how long `make train` trains.

PYTHON ?=
SEMANTIC ?= no
ARGS ?=
MINUTES ?= 60
bin := .venv/bin
# The tests wait more than they compute.
parallel := -n 2 --dist loadfile

export PYTHON SEMANTIC

.PHONY: run test check format setup train adapter eval clean

run: setup
	@$(bin)/python -m nlsh $(ARGS)

setup:
	@scripts/setup.sh run

test:
	@scripts/setup.sh dev
	$(bin)/python -m pytest $(parallel)

check:
	@scripts/setup.sh dev
	$(bin)/python -m ruff format --check .
	$(bin)/python -m ruff check .
	$(bin)/python -m mypy
	$(bin)/lint-imports
	$(bin)/python -m pytest $(parallel)

# Trains the adapter in the background of other work; goes on where the last run stopped (checkpoints in ~/.cache/nlsh-foundry).
train:
	@scripts/setup.sh foundry
	nice -n 10 $(bin)/python -m models.foundry.train --minutes $(MINUTES)

# Writes models/smollm2-nlsh.gguf from the checkpoint, and the classifier that goes with it.
adapter:
	@scripts/setup.sh foundry
	$(bin)/python -m models.foundry.convert
	$(bin)/python -m models.foundry.classify

# Asks the shipped adapter about people it never learned from.
eval:
	@scripts/setup.sh dev
	$(bin)/python -m models.foundry.evaluate

format:
	@scripts/setup.sh dev
	$(bin)/python -m ruff check --fix .
	$(bin)/python -m ruff format .

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
