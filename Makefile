# Two commands to begin with: `make demo` and `make test`. Both do all the set-up; they need Python 3.11+ and nothing else.

PYTHON ?= python3 python3.13 python3.12 python3.11 python
UV_VERSION := 0.13.9
BIN := .venv/bin
SYNC := UV_COMPILE_BYTECODE=1 $(BIN)/uv sync --quiet --frozen --inexact --no-default-groups --python $(BIN)/python
# torch is not in the lock file: which build suits depends on the machine. The CPU's is taken unless TORCH says otherwise.
TORCH ?= torch==2.13.0 $(if $(PIP_FIND_LINKS),--find-links $(PIP_FIND_LINKS),--torch-backend cpu)
PYTEST := $(BIN)/pytest --quiet --numprocesses auto
# Tests of a file share servers. Files that start them come first in the alphabet: in that order, short ones fill the end.
BY_FILE := --dist loadfile --no-loadscope-reorder
OUT ?= forecastle-out
SOURCE ?= demo:retail
NAME ?= retail

.PHONY: help demo train serve worker test test-slow test-laws test-engines test-all check lint docs reference pictures constraints clean

help:  ## Show what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | column -t -s '|'

demo: .venv/.demo  ## Forecast 152 real retail series and write a report
	$(BIN)/forecastle demo --out $(OUT) --force
	@echo "In the browser, with your own data: make serve, then http://127.0.0.1:8000"

train: .venv/.demo  ## Train models on a source and keep them for the server: make train SOURCE=sales.csv NAME=sales
	$(BIN)/forecastle train $(SOURCE) --name $(NAME)

serve: .venv/.demo  ## Start the server, its worker and the page on http://127.0.0.1:8000
	$(BIN)/forecastle serve

worker: .venv/.demo  ## Start one more worker
	$(BIN)/forecastle worker

test: .venv/.test  ## Run the tests (under three minutes)
	$(PYTEST) $(BY_FILE)

test-slow: .venv/.test  ## Run the tests that `make test` leaves out: faults, crowds, long journeys
	$(PYTEST) --dist worksteal -m slow

test-laws: .venv/.test  ## Look for examples that break a law, other ones each time
	$(PYTEST) --hypothesis-profile search -m hypothesis

test-engines: .venv/.test  ## Carry a recipe out on Dask, Ray and Spark (needs a Java)
	$(SYNC) --group test --extra ray --extra spark
	$(BIN)/pytest -n 0 -m slow tests/unit/recipes/test_elsewhere.py

test-all: .venv/.test  ## Run all tests
	$(PYTEST) $(BY_FILE) -m 'slow or not slow'

check: .venv/.check lint docs  ## What CI checks: lint, types, imports, docs, tests with coverage
	$(PYTEST) $(BY_FILE) --cov --cov-report=term --cov-fail-under=90

lint: .venv/.check  ## Style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: .venv/.check  ## Build the documentation into site/
	$(BIN)/python scripts/make_reference.py --check
	$(BIN)/zensical build --clean --strict

reference: .venv/.check  ## Rewrite the reference pages from the code
	$(BIN)/python scripts/make_reference.py

pictures: .venv/.check  ## Make the pictures of report and page in docs/images anew (needs Chromium)
	$(BIN)/python scripts/make_pictures.py

constraints: .venv/bin/uv  ## Rewrite constraints.txt from uv.lock
	$(BIN)/uv export --quiet --frozen --no-hashes --no-emit-project --no-annotate --no-header \
		--no-default-groups --extra all --output-file constraints.txt

clean:  ## Remove what was built; the environment in .venv stays
	rm -rf build dist site htmlcov .coverage* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.venv/bin/uv:
	@for python in $(PYTHON); do \
		$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; \
	done; \
	test -n "$$python" || { echo "Python 3.11 or newer, with its venv module, is needed and was not found." \
		"Install it, or name it: make PYTHON=/path/to/python3.13" >&2; exit 1; }; \
	$$python -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.demo: .venv/bin/uv uv.lock pyproject.toml
	$(SYNC)
	@touch $@

.venv/.test: .venv/bin/uv uv.lock pyproject.toml
	$(SYNC) --group test
	UV_COMPILE_BYTECODE=1 $(BIN)/uv pip install --quiet --no-config --python $(BIN)/python $(TORCH)
	@touch $@

.venv/.check: .venv/.test
	$(SYNC) --group dev
	@touch $@
