# Everything works on a fresh machine with Python 3.11 and make: the first target asked for sets up `.venv`.
#
#   make demo        a small CRM, its metrics, three queries       make test        everything, with PostgreSQL if it can
#   make help        all targets

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 2>/dev/null || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
WORKERS ?= 2
ARGS   ?=
MINUTES ?= 5

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

.PHONY: help setup demo test test-fast campaign laws small-scope matrix faults mutants wrong-definitions fuzz lint fix types layers engines drivers spark engines-test engines-stop dist licences bench bench-large constraints clean

help:  ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

# The stamp is older than pyproject.toml or constraints.txt exactly when the environment is out of date. It lies inside
# the environment, so removing the environment removes it.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Say make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@mkdir -p definitions
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev,postgres,fast]'
	$(BIN)/python -m compileall -q src/metricdsl
	@touch $@

setup: $(STAMP)  ## the virtual environment, with pinned packages

demo: setup  ## a small CRM in build/demo: its metrics and three queries
	@rm -rf build/demo && mkdir -p build
	$(BIN)/metric demo build/demo

test: setup engines  ## the whole test suite, on every engine that this machine can have
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

test-fast: setup  ## without the slow tests and without starting engines
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not slow" $(ARGS)

campaign: setup engines  ## every construct in every other, over rows made to break things, for MINUTES=60; goes on where it stopped
	$(BIN)/python -m tools.campaign $(MINUTES) --workers $(WORKERS) $(ARGS)

laws: setup engines  ## the laws with 20,000 generated examples each, on all engines: a night's work
	METRICDSL_EXAMPLES=nightly $(BIN)/python -m pytest -n $(WORKERS) --timeout 0 tests/laws $(ARGS)

small-scope: setup  ## all databases of two facts, two dimensions and few rows of null, 0 and 1; ARGS="--minutes 10"
	$(BIN)/python tools/small_scope.py $(ARGS)

matrix: setup engines  ## every construct inside every other against the reference evaluator; ARGS="--minutes 10"
	$(BIN)/python tools/matrix.py $(ARGS)

faults: setup engines  ## known mistakes put into the source, one at a time: each must turn the tests red
	$(BIN)/python -m tools.faults $(ARGS)

mutants: setup engines  ## small changes of planner, checker and lowering, a seeded sample: how many turn the tests red
	$(BIN)/python -m tools.mutants $(ARGS)

wrong-definitions: setup  ## each metric of the packs written wrong in five ways: do its test blocks fail? ARGS="--only crm.core"
	$(BIN)/python -m tools.wrong_definitions $(ARGS)

fuzz: setup  ## damaged definitions for MINUTES=5: no exception, no hang, no problem without a place
	$(BIN)/python tools/fuzz.py $(MINUTES) $(ARGS)

lint: setup  ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

fix: setup  ## ruff: put right what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup  ## mypy --strict on src and tools
	$(BIN)/mypy

layers: setup  ## the import contract
	$(BIN)/python tools/layers.py

engines: setup drivers  ## PostgreSQL and MariaDB on loopback ports, in build/engines, and the drivers of all engines; says so if it cannot
	$(BIN)/python -m tools.engines start

# What an engine needs is installed with the package that adapts it. Without a registry the tests skip it.
DRIVERS := $(addprefix plugins/metricdsl-,clickhouse datafusion mariadb)
drivers: $(VENV)/.drivers
$(VENV)/.drivers: constraints.txt $(addsuffix /pyproject.toml,$(DRIVERS)) | setup
	@$(BIN)/python -m pip install --quiet -c constraints.txt $(addprefix -e ,$(DRIVERS)) && touch $@ \
	  || { echo "engines: the drivers of some engines could not be installed; the tests that need them will be skipped" >&2; }

# Half a gigabyte, and Java 17 or newer beside it: not installed with the others.
spark: $(VENV)/.spark  ## the driver of Apache Spark, for engines-test and `pytest -m spark`
$(VENV)/.spark: constraints.txt plugins/metricdsl-spark/pyproject.toml | setup
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e plugins/metricdsl-spark && touch $@ \
	  || echo "engines: Spark could not be installed; what needs it will be skipped" >&2

engines-test: setup engines $(if $(ARGS),$(findstring spark,$(ARGS)),spark)  ## every case on every engine: a table engine × cases; ARGS="datafusion --only meaning/joins"
	$(BIN)/python -m tools.every_engine --jobs $(WORKERS) $(ARGS)

engines-stop: setup  ## stop them
	$(BIN)/python -m tools.engines stop

dist: setup  ## wheel and source distribution in dist/
	@rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .

licences: setup  ## fails on a licence that users could not live with
	$(BIN)/python tools/licences.py

bench: setup  ## the benchmark against its peers
	$(BIN)/python benchmarks/run.py $(ARGS)

bench-large: setup  ## the shapes of queries on 60 million rows (2 GB of disk, an hour)
	$(BIN)/python benchmarks/run.py sql --rows 60000000 --pairs 5 $(ARGS)

constraints: setup  ## rewrite constraints.txt from the environment
	$(BIN)/python tools/constraints.py

clean:  ## everything that make made
	-@test -x $(BIN)/python && $(BIN)/python -m tools.engines stop || true
	rm -rf build dist $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
