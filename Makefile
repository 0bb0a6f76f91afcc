# Two commands do everything: `make run` opens the window, `make test` checks the code.
# The work behind `setup` (Python, .venv, system packages) is in .ci/setup. ARGS goes to what is run:
#   make run ARGS="--demo"      make test ARGS="-k store"      make bench ARGS="--quick startup"

BIN := .venv/bin
ARGS ?=
export PYTHON

.PHONY: help setup run test lint format types unit bench desktop-test lock clean

help:
	@echo "make run            open the window (sets everything up the first time)"
	@echo "make test           lint, types and tests, with the branch coverage of data and models"
	@echo "make desktop-test   the real app on a virtual desktop: tray, notifications, keyring"
	@echo "make bench          the benchmarks"
	@echo "make setup          only make .venv, with everything for development"
	@echo "make lint types     only these checks;   make format: let ruff fix what it can"
	@echo "make lock           resolve the pins of pyproject.toml again (needs uv)"
	@echo "make clean          remove .venv and the caches"

setup:
	@.ci/setup dev

run:
	@.ci/setup run
	@$(BIN)/python main.py $(ARGS)

test: lint types unit

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup
	$(BIN)/mypy

unit: setup
	$(BIN)/python -m pytest --cov --cov-branch --cov-report=term-missing:skip-covered $(ARGS)

desktop-test:
	@.ci/setup desktop
	$(BIN)/python -m pytest tests/desktop $(ARGS)

bench: setup
	$(BIN)/python -m tests.bench $(ARGS)

LOCK := uv pip compile --quiet pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header

lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --group dev -o requirements-dev.lock

clean:
	rm -rf .venv .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
