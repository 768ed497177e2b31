# The verbs of this repository. `make help` lists them.

PYTHON ?= python3
BIN    := .venv/bin
# By its module, not by .venv/bin/anhnh: a folder that was carried to another place after `make setup` works.
ANHNH  := $(BIN)/python -m anhnh_lms.cli
PIP    := $(BIN)/python -m pip install --disable-pip-version-check --no-input --require-hashes

.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo serve test check fix faults bench translations bundle lock

help: ## list these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  HOST and PORT choose the address, ANHNH_DATA the data folder; \`$(BIN)/anhnh settings\` lists the rest."

setup: .venv/.installed ## make .venv and install what the server needs

demo: setup ## fill a server with fictional establishments and serve it on http://127.0.0.1:8000
	@export ANHNH_DATA="$${ANHNH_DATA:-.data/demo}"; $(ANHNH) demo && exec $(ANHNH) serve

serve: setup ## serve for real use; the first page sets the server up
	@export ANHNH_DATA="$${ANHNH_DATA:-.data/server}"; exec $(ANHNH) serve

test: setup-test ## set up what the tests need and run all of them
	$(BIN)/pytest -n 2

check: setup-test ## run every check that is not a test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/codespell
	$(BIN)/python scripts/check_sizes.py
	$(BIN)/python scripts/check_locks.py
	$(BIN)/python scripts/catalogues.py check
	$(ANHNH) check courses

fix: setup-test ## put right what the checks can put right by themselves
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/codespell --write-changes

faults: setup-test ## cut the power a thousand times and break what can break (an hour or more)
	ANHNH_FAULTS=1000 $(BIN)/pytest -o faulthandler_timeout=0 tests/faults

bench: setup-test ## measure the server against the smallest Flask application, as a table
	$(BIN)/python -m benchmarks

translations: setup-test ## gather the interface's texts and bring the catalogues up to them
	$(BIN)/python scripts/catalogues.py update

bundle: .venv/bin/python ## make one file that installs the server on a PC without a network (dist/)
	$(BIN)/python scripts/bundle.py

lock: ## write the lock files anew from requirements/*.in (needs uv)
	for name in base test bundle; do \
	  uv pip compile requirements/$$name.in -o requirements/$$name.txt --quiet --python-version 3.11 --universal \
	    --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links || exit 1; \
	done

setup-test: .venv/.installed-test
	@sh scripts/test_setup.sh

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed.")'
	$(PYTHON) -m venv .venv

# The stamps are younger than what they were installed from, so nothing is installed twice.
.venv/.installed: requirements/base.txt pyproject.toml scripts/link.py | .venv/bin/python
	$(PIP) -r requirements/base.txt
	$(BIN)/python scripts/link.py
	@touch $@

.venv/.installed-test: requirements/test.txt .venv/.installed
	$(PIP) -r requirements/test.txt
	@touch $@
