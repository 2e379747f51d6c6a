# What a newcomer and CI do; `make` alone lists it.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/.installed
# pip compiles modules one after another; done below on all cores.
PIP_INSTALL := $(BIN)/python -m pip install --no-compile --constraint constraints.txt

# Where pip finds torch's smaller build for processors, if its configuration does not know such a place already.
TORCH_INDEX_URL ?=
# What is installed beside the portal itself; nothing in its image.
EXTRAS ?= [dev,test]
# The browser of the browser tests; none means that they are left out.
CHROMIUM ?= $(firstword $(wildcard /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome))
# Processes that share the tests.
WORKERS ?= 2
# --required: no network is a failure of the audit.
AUDIT ?=
HOST ?= 127.0.0.1
PORT ?= 8000

# The portal of `make dev`: errors in the browser, data beside those of `make run`, nothing from .env that leads elsewhere.
DEVELOPING = env DEBUG=true PORTAL_DATA_DIR='$(CURDIR)/var/dev' DATABASE_URL= REDIS_URL=

export CHROMIUM
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install run dev test unit test-faults e2e check lint types imports templates deployment format audit clean

help:
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) ## Make the virtual environment with everything in it

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("The portal needs Python 3.11 or later. Name one: make install PYTHON=/path/to/python3.11")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
ifneq ($(TORCH_INDEX_URL),)
	$(PIP_INSTALL) --index-url $(TORCH_INDEX_URL) torch
endif
	$(PIP_INSTALL) --editable '.$(EXTRAS)'
# Some packages carry files for other versions of Python, which do not compile.
	@$(BIN)/python -m compileall -qq -j 0 .venv/lib || true
	@touch $@

run: install ## Start the portal with its sample library on http://127.0.0.1:8000; PORT=8001 for another port
	@exec $(BIN)/python manage.py up --host $(HOST) --port $(PORT)

dev: install ## Start a portal to develop on in var/dev: sample library, people with known passwords, conversations, reviews
	@$(DEVELOPING) $(BIN)/python manage.py seed
	@exec $(DEVELOPING) $(BIN)/python manage.py up --host $(HOST) --port $(PORT)

test: unit e2e ## Run the tests; those in the browser where Chromium is found

unit: install ## Run the tests that need no browser
	$(BIN)/pytest -m "not e2e and not slow" -n $(WORKERS) --dist loadfile

test-faults: install ## Run the tests that kill, pause and fill up real processes; takes some minutes
	$(BIN)/pytest -m slow

e2e: install ## Run the tests in the browser
ifneq ($(CHROMIUM),)
	$(BIN)/pytest -m e2e
else
	@echo "No Chromium was found, so the browser tests are left out. Install it, or name it: make test CHROMIUM=/path/to/chromium"
endif

check: lint types imports templates deployment audit ## Run what CI runs besides the tests

lint: install ## Look for slips and for what is not formatted
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install ## Check the types
	$(BIN)/mypy

imports: install ## Check that imports point one way
	$(BIN)/lint-imports --no-cache --no-logo

templates: install ## Check how templates are written
	find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --check --target-version 5.2

deployment: install ## Check migrations, settings for production and that packages fit together
	$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	HTTPS=true $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m pip check

format: install ## Format code and templates, and mend what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --target-version 5.2

audit: install ## Look the installed versions up in the list of known vulnerabilities (needs the network; without it, says so)
	@$(BIN)/python .ci/audit.py $(AUDIT) constraints.txt

clean: ## Remove the virtual environment and all caches, but no data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
