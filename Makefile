# Die 8: everything a newcomer needs. `make help` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
DEMO_DIR ?= demo
# The pins name everything, so nothing is to be resolved. pip compiles one file after the other, COMPILE takes all
# processors; some packages bring files for other Pythons.
PIP_OPTIONS := --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile
COMPILE := -m compileall -q -j 0

# What runs side by side is shown one after the other, where this make can do that.
WHOLE_OUTPUTS := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

# Prefect is not to report anything to anybody.
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit("Die 8 needs Python 3.11 or newer; set PYTHON=...") if sys.version_info < (3, 11) else None'
	@echo "Setting up .venv ..."
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.installed: .venv/.python requirements.txt pyproject.toml
	@echo "Installing the pinned packages (a minute or two) ..."
	@$(BIN)/pip install $(PIP_OPTIONS) -r requirements.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@$(BIN)/python $(COMPILE) .venv/lib || true
	@$(BIN)/python $(COMPILE) flows schemas transforms warehouse
	@touch $@

.venv/.developing: .venv/.installed requirements-dev.txt
	@echo "Installing the tools for tests and checks ..."
	@$(BIN)/pip install $(PIP_OPTIONS) -r requirements-dev.txt
	@$(BIN)/python $(COMPILE) .venv/lib || true
	@touch $@

.venv-bench/.installed: requirements-bench.txt
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/pip install $(PIP_OPTIONS) -r requirements-bench.txt
	@.venv-bench/bin/python $(COMPILE) .venv-bench/lib || true
	@touch $@

.venv-run/.installed: requirements.txt
	@$(PYTHON) -m venv .venv-run
	@.venv-run/bin/pip install $(PIP_OPTIONS) -r requirements.txt
	@.venv-run/bin/python $(COMPILE) .venv-run/lib || true
	@touch $@

# As a user has it: from a wheel, and so compiled, like the packages of what it is compared with.
.venv-run/.die8: .venv-run/.installed pyproject.toml $(shell git ls-files flows schemas transforms warehouse)
	@.venv-run/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --force-reinstall .
	@touch $@

.venv-old-duckdb/.installed: requirements-old-duckdb.txt
	@$(PYTHON) -m venv .venv-old-duckdb
	@.venv-old-duckdb/bin/pip install $(PIP_OPTIONS) --only-binary :all: -r requirements-old-duckdb.txt
	@touch $@

.PHONY: help install demo test check types imports format bench bench-reading bench-report bench-rebuild uploads pictures kill crash-points full-disks readers machine soak fuzz wheel-journey cookbook old-duckdb docs catalogue requirements clean

install: .venv/.installed ## set up .venv; then .venv/bin/die8 is the command

demo: .venv/.installed ## a fictional year of the eight, from template to report, in $(DEMO_DIR)
	@$(BIN)/die8 demo $(DEMO_DIR)

test: .venv/.developing ## the whole test suite
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: .venv/.developing ## what CI runs: format, lint, types, imports, tests, a journey from the built wheel
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(MAKE) --no-print-directory --jobs 2 $(WHOLE_OUTPUTS) types imports wheel-journey old-duckdb
	@$(MAKE) --no-print-directory test

types: .venv/.developing ## do the types fit?
	@$(BIN)/mypy

imports: .venv/.developing ## does each layer import only what it may?
	@$(BIN)/lint-imports

format: .venv/.developing ## bring the code into its form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

wheel-journey: .venv/.developing ## build the wheel, install it alone, run a quarter with it
	@$(BIN)/python tests/journeys/from_the_wheel.py

kill: .venv/.developing ## 200 kills of intake at random instants: nothing lost, doubled or torn (G1)
	@$(BIN)/python -m tests.endurance.kills

crash-points: .venv/.developing ## every write, fsync and rename killed or failed, by strace (G2)
	@$(BIN)/python -m tests.endurance.crash_points

full-disks: .venv/.developing ## 50 full volumes at all fill levels; as root (G5)
	@$(BIN)/python -m tests.endurance.full_disks

readers: .venv/.developing ## 8 readers beside 50 intakes (G6)
	@$(BIN)/python -m tests.endurance.readers

machine: .venv/.developing ## 300 courses of events against a dictionary (G10)
	@$(BIN)/python -m tests.endurance.machine

soak: .venv/.developing ## die8 up for a quarter whose clock is put forward, killed twice: nothing lost or sent twice (over an hour)
	@$(BIN)/python -m tests.endurance.soak $(SOAK)

bench: .venv/.developing .venv-run/.die8 .venv-bench/.installed ## speed and memory, side by side with what they are compared to
	@$(BIN)/python tests/benchmarks/run.py
	@$(BIN)/python tests/benchmarks/collect_sources.py
	@$(MAKE) --no-print-directory bench-reading
	@$(MAKE) --no-print-directory bench-report
	@$(MAKE) --no-print-directory bench-rebuild

bench-rebuild: .venv/.developing .venv-run/.die8 ## the warehouse made anew from the archive: 40 quarters against 10 (G11)
	@$(BIN)/python tests/benchmarks/rebuild.py

fuzz: .venv/.developing ## 20,000 damaged and hostile files through `die8 check --annotate` (half an hour); FUZZ="--seed 7" for others
	@$(BIN)/python -m tests.fuzz $(FUZZ)

uploads: .venv/.developing ## 200 uploads that pause, break off or overwrite: nothing partial is taken
	@DIE8_UPLOADS=200 $(BIN)/python -m pytest -q tests/flows/test_collection.py -k PartialUploads

bench-reading: .venv/.developing .venv-run/.installed .venv-bench/.installed ## cells with all they carry, beside openpyxl and calamine
	@$(BIN)/python -m tests.benchmarks.reading

bench-report: .venv/.developing .venv-run/.die8 ## how long a report takes, by size and history, and what each of its files costs
	@$(BIN)/python -m tests.benchmarks.report_outputs

catalogue: .venv/.developing ## renew docs/lesarten.md: every variant of the catalogue, as it is read
	@$(BIN)/python -m tests.catalogue.lesarten

cookbook: .venv/.developing ## renew docs/cookbook.md from the queries in docs/cookbook and the samples
	@$(BIN)/python -m tests.cookbook

old-duckdb: .venv/.developing .venv-old-duckdb/.installed ## does DuckDB 1.2 open the published file and answer all alike?
	@$(BIN)/python -m tests.old_duckdb.run .venv-old-duckdb/bin/python

pictures: .venv/.developing ## renew docs/pictures: page 1 and the charts of the demo year
	@$(BIN)/python -m tests.pictures

docs: .venv/.developing ## renew the generated pages in docs/
	@$(BIN)/python -m flows.documentation

requirements: ## renew the pinned versions from pyproject.toml (needs uv)
	uv pip compile --quiet --no-strip-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build pyproject.toml --output-file requirements.txt
	uv pip compile --quiet --no-strip-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build --extra dev --constraint requirements.txt pyproject.toml --output-file requirements-dev.txt
	uv pip compile --quiet --no-strip-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header tests/benchmarks/requirements.in --output-file requirements-bench.txt
	uv pip compile --quiet --no-strip-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header tests/old_duckdb/requirements.in --output-file requirements-old-duckdb.txt
	$(PYTHON) .ci/pin_extras.py requirements.txt requirements-dev.txt requirements-bench.txt

clean: ## remove what make made
	rm -rf .venv .venv-run .venv-bench .venv-old-duckdb demo dist .pytest_cache .mypy_cache .ruff_cache
