# Everything a developer does, by name. `make` alone lists it.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --quiet
# Most tests wait for a broker, a database or a page. 0: one after the other, in one process.
TESTS_AT_ONCE ?= 2
.DEFAULT_GOAL := help

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(VENV)/.installed: $(BIN)/uv requirements/dev.lock pyproject.toml hatch_build.py $(wildcard services/factwire/kb/*.py services/factwire/kb/tables/*)
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes requirements/dev.lock
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q services/factwire
	@touch $@

.PHONY: install
install: $(VENV)/.installed ## a .venv with everything in it

$(VENV)/.engines: $(VENV)/.installed requirements/engines.lock
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements/engines.lock
	@touch $@

.PHONY: run
run: install ## everything on this machine, with the sample articles
	$(BIN)/factwire up --demo

.PHONY: test
test: $(VENV)/.engines ## every test, two modules at a time; those in containers need Docker
	$(BIN)/pytest --numprocesses $(TESTS_AT_ONCE) --dist loadscope --no-loadscope-reorder

.PHONY: chaos
chaos: install ## kills, freezes and cuts while articles flow; CHAOS_SEED, CHAOS_ARTICLES, CHAOS_FAULTS set its size
	$(BIN)/pytest -s -m chaos tests/chaos

.PHONY: check
check: install ## format, lint, types, imports, duplicated code, schemas
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pylint services/factwire
	$(BIN)/python -m factwire.events.schemas --check

.PHONY: format
format: install ## rewrites the code in the house format
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

.PHONY: schemas
schemas: install ## renders schemas/ from the models
	$(BIN)/python -m factwire.events.schemas

.PHONY: reference
reference: install ## renders docs/reference/ from settings, metrics, errors, topics and commands
	$(BIN)/python -m docs.render

.PHONY: screenshots
screenshots: install ## pictures of the console's pages, into docs/screenshots (needs Docker and Chromium)
	$(BIN)/python -m tests.support.demo_console

.PHONY: lock
lock: $(BIN)/uv ## locks the dependencies again
	$(BIN)/$(LOCK) --extra otel --extra archives --group build -o requirements/runtime.lock
	$(BIN)/$(LOCK) --extra demo --extra archives --extra otel --extra spacy --group dev -o requirements/dev.lock
	$(BIN)/$(LOCK) --extra ray --extra spark --constraints requirements/dev.lock -o requirements/engines.lock
	$(BIN)/$(subst pyproject.toml,bench/peers/requirements.in,$(LOCK)) -o requirements/peers.lock

.PHONY: migration
migration: install ## a new, empty migration: make migration slug=what_it_does
	$(BIN)/alembic revision -m "$(slug)"

.PHONY: up
up: ## the compose stack, built and waited for
	docker compose up --build --wait

.PHONY: down
down: ## stops the compose stack; its data stays
	docker compose down

.venv-peers/.installed: $(BIN)/uv requirements/peers.lock
	$(PYTHON) -m venv .venv-peers
	VIRTUAL_ENV=.venv-peers $(BIN)/uv pip sync --quiet --require-hashes requirements/peers.lock
	@touch $@

bench/peers/target/.installed: bench/peers/pom.xml
	mvn --quiet --batch-mode --file bench/peers/pom.xml package
	@touch $@

.PHONY: bench
bench: install .venv-peers/.installed bench/peers/target/.installed ## how fast it is, beside what else one would take, in 15 minutes; into docs/performance.md (needs Docker and Maven)
	$(BIN)/python -m bench

.PHONY: bench-short
bench-short: install .venv-peers/.installed ## the core beside its peers; fails where a recorded ratio has fallen by a quarter
	$(BIN)/python -m bench --short

.PHONY: bench-delivery
bench-delivery: install ## what the guarantees cost, on real Kafka and PostgreSQL (needs Docker)
	$(BIN)/python -m bench.guarantees

.PHONY: quality
quality: install ## figures against the practice data beside the checkout, into docs/quality.md
	$(BIN)/python -m bench.quality ../shared
