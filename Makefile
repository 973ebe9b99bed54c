# One command a line of help; continuous integration calls the same ones.
.DEFAULT_GOAL := help
.PHONY: help demo test check types faults bench openapi

PYTHON ?= $(firstword $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p; done))
BIN := .venv/bin

help: ## Show this help
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: .venv/runtime ## Install what is needed and run one wave from definition to results (ONCE=1 ends after it)
	$(BIN)/sottovoce demo $(if $(ONCE),--once)

test: .venv/development ## Install what is needed and run every test
	$(BIN)/python -m pytest -n auto $(TESTS)

check: .venv/development ## Lint, types, import rules, OpenAPI drift and seeded faults
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory --jobs=2 types faults

types: .venv/development ## Check types, import rules and OpenAPI drift (part of check)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m service.openapi --check

faults: .venv/development ## Plant known faults and see each one found (part of check)
	$(BIN)/python -m tests.faults.run

bench: .venv/development ## Run the benchmarks and print their ratios
	$(BIN)/python benchmarks/ingest.py
	$(BIN)/python benchmarks/tally.py
	$(BIN)/python benchmarks/counting.py
	$(BIN)/python benchmarks/accuracy.py
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python benchmarks/embeddings.py
	OMP_NUM_THREADS=1 PYTHONPATH=. $(BIN)/python benchmarks/evaluation.py
	PYTHONPATH=. $(BIN)/python benchmarks/results_page.py
	PYTHONPATH=. $(BIN)/python benchmarks/respondent_page.py
	PYTHONPATH=. $(BIN)/python benchmarks/inbox_browser.py
	$(BIN)/python benchmarks/mail.py
	PYTHONPATH=. $(BIN)/python benchmarks/cards.py

openapi: .venv/development ## Write openapi/openapi.json from the code
	$(BIN)/python -m service.openapi

.venv/runtime: pyproject.toml locks/runtime.txt
	@test -n "$(PYTHON)" || { echo "sottovoce needs Python 3.11 or newer; install it, or name it: make PYTHON=/path/to/python3" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r locks/runtime.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/development: .venv/runtime locks/development.txt package-lock.json
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r locks/development.txt
	$(BIN)/npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@
