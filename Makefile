# make demo    build the sample workspace and open the app on http://127.0.0.1:8501 (PORT=8600 for another port)
# make test    ruff, mypy and the tests: unit, pages, browser
# make quick   ruff, mypy and the tests that are neither slow nor in a browser
# make thorough    the long simulations that hold numbers in the documents, which make test leaves out
# make pictures    the pictures of the README, anew, out of the sample collection
# make coverage   which lines of the engine no unit test runs; fails under 90 %
# make clean   remove what the two made (.venv, .demo and the caches)

PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
# Only a quarter of what is installed is ever imported, and compiled then.
INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-compile
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	&& command -v $$p && break; done)
# One worker per core, each with one thread: more threads than cores only wait for each other.
WORKERS ?= auto
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n $(WORKERS)
# Without the folder of the browser tests, no worker reads the files only to leave all of them out.
UNIT := $(PYTEST) --dist worksteal --ignore=tests/browser
# The types beside the tests: neither keeps all cores busy to its end. Browser tests run alone: what
# they wait for comes late on a busy machine.
TOGETHER := $(MAKE) --no-print-directory --jobs=2
# What is compiled once is not compiled again by every process that a test starts.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo install dev lint types quick fast unit thorough coverage pictures browser test clean
.DEFAULT_GOAL := demo

demo: install
	$(BIN)/contrast quickstart .demo/sample.contrast --port $(PORT) $(OPEN)

test: lint
	$(TOGETHER) types unit
	$(MAKE) --no-print-directory browser

quick: lint
	$(TOGETHER) types fast

fast: dev
	$(UNIT) -m "not slow"

install: $(VENV)/.installed
dev: $(VENV)/.installed-dev

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: dev
	$(BIN)/mypy

unit: dev
	$(UNIT) -m "not thorough"

pictures: dev
	$(BIN)/python -m tests.browser.pictures

thorough: dev
	$(UNIT) -m thorough
	$(PYTEST) tests/browser -rs -m thorough

coverage: dev
	$(UNIT) -m "not thorough" --cov --cov-report=term:skip-covered

browser: dev
	$(PYTEST) tests/browser -rs -m "not thorough" --dist loadfile --no-loadscope-reorder

$(VENV)/pyvenv.cfg:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; install it, or run: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "could not make $(VENV); on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/pyvenv.cfg
	$(INSTALL) -e '.[all]' -c constraints.txt
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/pyvenv.cfg
	$(INSTALL) -e '.[dev]' -c constraints.txt
	@touch $(VENV)/.installed $@

clean:
	rm -rf $(VENV) .demo .coverage .pytest_cache .mypy_cache .ruff_cache build dist
