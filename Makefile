PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest

CLIENT := app/client
CLIENT_SOURCES := $(shell find $(CLIENT) forms -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/.build-*')

.PHONY: setup client api run test lint check bench screenshots clean

setup: $(VENV)/.ready client

$(VENV)/.ready: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

client: $(CLIENT)/dist/.built

$(CLIENT)/dist/.built: $(VENV)/.ready $(CLIENT_SOURCES)
	@$(BIN)/python -m tools.client build

api: $(VENV)/.ready
	@$(BIN)/python -m tools.client api

run: setup
	@$(BIN)/nuanxin run

test: export NUANXIN_CLIENT_DIR = $(CURDIR)/$(CLIENT)/dist
test: setup
	$(PYTEST) -q -n 2 -m "not crash"
	$(PYTEST) -q -n 2 -m crash
	$(BIN)/python -m tools.client test

lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.client lint

check: lint test

bench: setup
	$(BIN)/python -m tests.bench

screenshots: setup
	$(BIN)/python -m tools.screenshots

clean:
	rm -rf $(VENV) var dist build bench-results $(CLIENT)/dist $(CLIENT)/node_modules
