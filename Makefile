# Every target sets itself up in .venv: a fresh machine needs Python (3.11 to 3.14) and make, nothing else. What serves
# is small, and installed first; what makes models (TensorFlow, on Python 3.11 to 3.13) when it is first needed.

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
PIP := $(BIN)/python -m pip install --disable-pip-version-check
# Hints name the command as it was started (bot/invocation.py). Ctrl+C ends it in order: the shell between waits for that.
CHARLA := interrupted=; trap 'interrupted=1' INT; CHARLA_STARTED_BY=make $(BIN)/python -m bot
# A command that fails has said why, in a line: this ends make, with a code that is not 0, before it adds lines of its own.
# Shells say nothing of a program that SIGPIPE ended. After Ctrl+C make ends by itself.
STOP := || [ "$$interrupted" ] || { kill -s PIPE $$PPID; exit 1; }
LOCK := uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help demo run full train import convert evaluate test check format bench bench-training picture screenshots samples shipped lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/serve ## try the bot on a page, without a Discord account (ARGS=--terminal for a prompt here)
	@$(CHARLA) demo $(ARGS) $(STOP)

run: .venv/serve ## connect to Discord and answer (DISCORD_TOKEN in .env)
	@$(CHARLA) run $(ARGS) $(STOP)

full: .venv/full ## fetch what makes models: train, import, convert and evaluate do so by themselves

train: .venv/full ## train a model: make train ARGS="my.txt --name my-model"
	@$(CHARLA) train $(ARGS) $(STOP)

import: .venv/full ## make a model of a Keras checkpoint: make import ARGS="checkpoint.hdf5 --name my-model"
	@$(CHARLA) import $(ARGS) $(STOP)

convert: .venv/full ## convert models that were changed, so that they are quick to serve: make convert ARGS=my-model
	@$(CHARLA) convert $(ARGS) $(STOP)

evaluate: .venv/full ## measure how well a model writes: make evaluate ARGS="my.txt --model my-model"
	@$(CHARLA) evaluate $(ARGS) $(STOP)

# A process a processor, each with TensorFlow's 600 MB: at most four. ARGS="-n 0 ..." runs them in one.
test: .venv/dev .venv/node .venv/clients/hikari-there .venv/clients/simcord-there ## run the tests
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS)

check: .venv/dev ## lint, types, who may import whom, and the workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/actionlint

format: .venv/dev ## lay the code out, and mend what a tool can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/bench ## measure Charla beside what people would pick instead
	$(BIN)/python -m benchmarks $(ARGS)

bench-training: .venv/dev ## measure how many characters a second are trained, beside other ways
	$(BIN)/python -m benchmarks.training $(ARGS)

picture: .venv/dev ## draw the picture of the terminal in docs/playground.md anew
	$(BIN)/python docs/picture.py

screenshots: .venv/dev ## take the pictures of both pages in docs anew (needs Chromium)
	$(BIN)/python docs/screenshots.py

samples: .venv/serve ## write docs/samples.md anew
	$(BIN)/python docs/samples.py

shipped: .venv/serve ## list the conversions in bot/shipped as those that may be run, after one was made anew
	$(BIN)/python docs/shipped_conversions.py

lock: .venv/dev ## renew the lock files from pyproject.toml (needs uv)
	$(LOCK) --extra full --extra postgres pyproject.toml --output-file requirements/run.txt
	$(LOCK) --extra postgres --constraint requirements/run.txt pyproject.toml --output-file requirements/slim.txt
	$(LOCK) --extra full --extra postgres --group dev --constraint requirements/run.txt pyproject.toml --output-file requirements/dev.txt
	$(LOCK) --group bench --constraint requirements/dev.txt --output-file requirements/bench.txt
	$(LOCK) --group build --constraint requirements/dev.txt --output-file requirements/build.txt
	$(LOCK) --group hikari --output-file requirements/hikari.txt
	$(LOCK) --group simcord --no-deps --output-file requirements/simcord.txt

# The stamps .venv/serve, .venv/full, .venv/dev and .venv/bench say what is installed; they are renewed when a lock file
# is. What pip tells goes to standard error: a pipe from `make demo` holds what the bot writes.
.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
	    || { echo "Charla needs Python 3.11 to 3.14: make PYTHON=python3.13 ..." >&2; false; } $(STOP)
	@echo "Setting up .venv ..." >&2
	@$(PYTHON) -m venv .venv
	@touch $@

# Bytecode is left to the first start, which needs a third of these modules.
.venv/serve: .venv/python requirements/slim.txt requirements/build.txt pyproject.toml bot/__init__.py
	@echo "Installing what serves into .venv (under a minute, 250 MB) ..." >&2
	@$(PIP) --no-compile --require-hashes -r requirements/slim.txt -r requirements/build.txt >&2
	@$(PIP) --quiet --no-deps --no-build-isolation --editable . >&2
	@touch $@

.venv/full: .venv/serve requirements/run.txt
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info >= (3, 14))' || { echo \
	    "TensorFlow, which makes models, has no build for Python 3.14: remove .venv, then make PYTHON=python3.13 ..." \
	    >&2; false; } $(STOP)
	@echo "Installing what makes models, TensorFlow above all, into .venv (once: a minute or three, 1.5 GB) ..." >&2
	@$(PIP) --require-hashes -r requirements/run.txt >&2
	@touch $@

.venv/dev: .venv/full requirements/dev.txt
	@echo "Installing what Charla's tests need into .venv ..." >&2
	@$(PIP) --quiet --require-hashes -r requirements/dev.txt
	@touch $@

# For the tests of the two pages. Where npm is missing, they are skipped.
.venv/node: tests/browser/package.json tests/browser/package-lock.json | .venv/python
	@if command -v npm >/dev/null; then \
	    echo "Installing what the tests of the pages need into tests/browser ..." >&2; \
	    npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@; \
	else echo "There is no npm: tests that need TensorFlow.js or axe-core are skipped." >&2; fi

# Clients that the tests hold the playground against, each in a folder of its own: hikari needs other versions of
# libraries than the bot may have, simcord runs the bot with those that it has.
.venv/clients/hikari-there: requirements/hikari.txt | .venv/python
	@echo "Installing a client for a test into .venv/clients/hikari ..." >&2
	@if $(BIN)/python -m venv --clear .venv/clients/hikari && .venv/clients/hikari/bin/python -m pip install --quiet \
	    --disable-pip-version-check --require-hashes -r requirements/hikari.txt; then touch $@; \
	else rm -rf .venv/clients/hikari; echo "hikari cannot be installed: its test is skipped." >&2; fi

.venv/clients/simcord-there: requirements/simcord.txt | .venv/python
	@echo "Installing a client for a test into .venv/clients/simcord ..." >&2
	@if rm -rf .venv/clients/simcord && $(PIP) --no-deps --require-hashes --target .venv/clients/simcord \
	    -r requirements/simcord.txt; then touch $@; \
	else rm -rf .venv/clients/simcord; echo "simcord cannot be installed: its test is skipped." >&2; fi

.venv/bench: .venv/dev requirements/bench.txt
	@echo "Installing what Charla is compared with into .venv ..." >&2
	@$(PIP) --quiet --require-hashes -r requirements/bench.txt
	@touch $@
