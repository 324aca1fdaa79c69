# `make verify`, `make test`, `make lint` and `make docs` set up everything they need in .venv.
PYTHON ?= python3
# How far `make verify` goes; `make verify BUDGET=full` goes on from the replicates of quick.
BUDGET ?= quick
BIN := .venv/bin
# Tests start hundreds of processes: modules are compiled once, even where the environment asks for
# no bytecode.
unexport PYTHONDONTWRITEBYTECODE
# Tests run in one process per core, each with one thread.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
PYTEST := $(ONE_THREAD) $(BIN)/python -m pytest --numprocesses auto --dist worksteal

.PHONY: verify falsify calibrate gallery test battery slow-test torture bench browser-test matrix lint docs clean

verify: .venv/ready
	@mkdir -p out
	@$(BIN)/verify run --all --budget $(BUDGET) --json out/verify.json --plots out/plots; \
	status=$$?; [ $$status -eq 0 ] || [ $$status -eq 3 ]

# Searches for violations of the claims that are expected to hold and are not proved, SECONDS of CPU
# time for each, and says what it finds; 30 is for a night.
SECONDS ?= 5
falsify: .venv/ready
	@mkdir -p out
	@$(ONE_THREAD) $(BIN)/python benchmarks/falsify_true.py --seconds $(SECONDS) --json out/falsify.json

# How often whole reports are wrong, and what a verdict takes: writes docs/calibration.md. A quarter of
# an hour for 1000 reports of synthetic claims on the boundary of the truth; 50 of them take a minute.
REPORTS ?= 1000
calibrate: .venv/ready
	@$(ONE_THREAD) $(BIN)/python benchmarks/calibrate.py --reports $(REPORTS)

# Well-known statements, true and false, as examples to copy: half an hour and more, at full.
gallery: .venv/ready
	@mkdir -p out
	@$(BIN)/verify run notebooks/gallery/*.py --budget full --json out/gallery.json; \
	status=$$?; [ $$status -eq 0 ] || [ $$status -eq 3 ]

test: .venv/ready
	@$(PYTEST)

# Claims of known truth: the true ones are never broken, the false ones never hold.
battery: .venv/ready
	@$(ONE_THREAD) $(BIN)/python -m pytest --numprocesses auto --dist loadgroup -m "battery and not slow"

slow-test: .venv/ready
	@$(PYTEST) -m slow

# Faults on purpose, many of them: an hour on two cores. SCALE=0.1 for a tenth; writes docs/torture.md.
SCALE ?= 1
torture: .venv/ready
	@PYTHONPATH=.:tests/support $(ONE_THREAD) $(BIN)/python -m tests.torture --scale $(SCALE)

# Speed, beside what one would otherwise run: twenty minutes of an idle machine; writes docs/benchmarks.md.
bench: .venv/ready
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[benchmarks]'
	@$(ONE_THREAD) $(BIN)/python benchmarks/table.py

# The report in a headless browser (chromium and chromedriver on the path); says why where there is none.
browser-test: .venv/ready
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[browser]' || true
	@$(ONE_THREAD) $(BIN)/python -m pytest -m browser -rs tests/browser

# The tests on each Python of the classifiers, with the oldest and the newest dependencies.
matrix:
	@$(PYTHON) .ci/matrix

lint: .venv/ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy

# The documentation, out/docs/index.html: without network, and a warning is an error.
docs: .venv/ready
	@$(ONE_THREAD) $(BIN)/python -m sphinx -q --fail-on-warning --keep-going docs out/docs

.venv/ready: setup.cfg pyproject.toml
	@echo "Setting up .venv (once; a minute or two)"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "theorycheck needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another with: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --upgrade pip
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[test,lint,docs]'
	@touch $@

clean:
	rm -rf .venv .matrix .verify out build *.egg-info
