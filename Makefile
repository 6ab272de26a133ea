# Everything happens in .venv, through relative paths, so that the checkout may lie in a folder with spaces.

PYTHON  ?= python3
# One more than two cores: tests wait for the processes that they start.
WORKERS ?= 3

BIN     := .venv/bin
PY      := $(BIN)/python
PIP     := $(PY) -m pip install --disable-pip-version-check --quiet -c constraints.txt
# A file's tests run in one worker, which sets up what they share once; files come in random order.
TEST    := $(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo test test-full check lint format types layers docs benchmark benchmark-full clean

help: ## print this list
	@echo "usage: make <target> [PYTHON=python3.12] [WORKERS=3]"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-12s %s\n", $$1, $$2 }'

.venv/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "clvmodels needs Python 3.11 or newer; '$(PYTHON)' is `$(PYTHON) --version 2>&1`."; \
	    echo "Name another one: make $(or $(MAKECMDGOALS),install) PYTHON=python3.12"; exit 1; }
	@echo "Creating .venv ..."
	@$(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

.venv/.package: .venv/.created pyproject.toml constraints.txt
	@echo "Installing clvmodels into .venv (a few minutes the first time) ..."
	@$(PIP) -e .
	@touch $@

.venv/.dev: .venv/.created pyproject.toml constraints.txt
	@echo "Installing clvmodels and its development tools into .venv (a few minutes the first time) ..."
	@$(PIP) -e ".[dev]"
	@touch .venv/.package $@

install: .venv/.dev ## create .venv with the package and all development tools

demo: .venv/.package ## install what is needed and run the demonstration on real data
	@$(BIN)/clvmodels demo

test: check ## install what is needed and run every check: format, lint, types, layers, tests
	$(TEST)

test-full: check ## the same with the statistical tests at full size (long)
	CLVMODELS_TEST_SIZE=full $(TEST)

# One recipe rather than prerequisites, so that the order holds under `make -j` too.
check: .venv/.dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(BIN)/lint-imports

lint: .venv/.dev ## ruff's rules
	$(PY) -m ruff check .

format: .venv/.dev ## rewrite the code in ruff's format and fix what can be fixed
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

types: .venv/.dev ## mypy --strict on the package
	$(PY) -m mypy

layers: .venv/.dev ## imports between the package's parts go down only
	$(BIN)/lint-imports

docs: .venv/.dev ## the documentation's site, into build/site
	$(PY) -m sphinx -W --keep-going -q -b html -d build/read docs build/site
	@echo "Open build/site/index.html"

benchmark: .venv/.dev ## how fast it is beside lifetimes, at up to a million customers (some five minutes)
	$(PY) -m benchmarks.run short

benchmark-full: .venv/.dev ## all of benchmarks/README.md anew (about two hours); goes on where it was interrupted
	$(PY) -m benchmarks.run full --resume; met=$$?; $(PY) -m benchmarks.table && exit $$met

clean: ## remove .venv and everything that the tools left behind
	rm -rf .venv .benchmarks build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
