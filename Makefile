# How the product is set up, started, tested and checked. `make` alone lists what there is.
# Written for GNU make 3.81 or newer, the one that macOS brings.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run setup test test-emulators check format translations bench lock clean
.DELETE_ON_ERROR:

# Any Python from 3.11 on that can make virtual environments; PYTHON=… overrules the search.
SUITABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c '$(SUITABLE)' 2>/dev/null && { command -v $$name; break; }; done)

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PO := $(wildcard app/translations/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
ARGS ?=

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 21

run: .venv/.run $(MO) ## set up, then start the product with demo data (ARGS="--port 8001")
	@exec $(BIN)/kyduyet demo $(ARGS)

setup: .venv/.run $(MO) ## set up what a deployment needs, and start nothing

PYTEST = $(BIN)/python -m pytest -n auto --maxprocesses 4
# The emulators' own tests are left out unless they are named: only who changes an emulator needs them.
ALL_BUT_EMULATORS = $(if $(findstring tests/emulators,$(ARGS)),,--ignore=tests/emulators)

test: .venv/.test $(MO) ## set up, then run every test of the product (ARGS="tests/pdf -x")
	@command -v chromium chromium-browser google-chrome >/dev/null || \
		echo "Chromium is missing, so the browser tests are skipped; on Debian: sudo apt-get install chromium"
	@$(PYTEST) $(ALL_BUT_EMULATORS) $(ARGS)

test-emulators: .venv/.test ## the tests of the emulated clouds themselves (ARGS="-k google")
	@$(PYTEST) tests/emulators $(ARGS)

check: .venv/.dev ## formatter, linter, types, import rules, translations; no server
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(EXTRACT)
	$(UPDATE) --check

format: .venv/.dev ## let the formatter and the linter mend what they can
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

# Texts are Vietnamese where they are written; the catalogues hold the other languages.
EXTRACT = $(BIN)/pybabel --quiet extract --mapping babel.cfg --keyword N_ --no-location --sort-output \
	--output .venv/messages.pot app templates
UPDATE = $(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
	--input-file .venv/messages.pot --output-dir app/translations

translations: .venv/.dev ## bring new texts into the translation catalogues
	@$(EXTRACT)
	$(UPDATE)

bench: .venv/.test $(MO) ## the benchmarks, one JSON object a line (ARGS="uploads")
	@$(BIN)/python -m bench $(ARGS)

# One lock for every supported Python and system; no download addresses. ARGS=--upgrade takes newer versions.
LOCK = $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links $(ARGS) pyproject.toml requirements/build.in

lock: .venv/.dev ## pin the dependencies that pyproject.toml declares
	$(LOCK) --output-file requirements/run.txt
	$(LOCK) --extra test --constraint requirements/run.txt --output-file requirements/test.txt
	$(LOCK) --extra dev --constraint requirements/test.txt --output-file requirements/dev.txt

clean: ## remove the virtual environment and what tools left behind; the data stays
	rm -rf .venv .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache *.egg-info $(MO)

# A stamp newer than its requirements means that there is nothing to install.
# The files are made readable for others, because root runs the embedded PostgreSQL under another account.
.venv/.%: requirements/%.txt pyproject.toml
	@test -n "$(PYTHON)" || { \
		echo "Python 3.11 or newer with its venv module is needed; on Debian: sudo apt-get install python3-venv"; \
		exit 1; }
	@$(PIP) --version >/dev/null 2>&1 || { echo "Making .venv with $(PYTHON)"; "$(PYTHON)" -m venv --clear .venv; }
	@echo "Installing requirements/$*.txt"
	@umask 022 && $(PIP) install --require-hashes --requirement requirements/$*.txt
	@umask 022 && $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

%.mo: %.po
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
