# Every target sets itself up; the second time that takes milliseconds. Paths are relative: a space in the
# checkout's own path does no harm. PYTHON=python3.12 make run chooses another interpreter for a new .venv.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.PHONY: help run test test-long check bench proof lock database always
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
WORKERS ?= 2
TESTS ?= tests
PYTEST = $(PY) -m pytest -n $(WORKERS) --dist worksteal

# .ci/setup writes these stamps. Asking for a certain interpreter has a stamp of its own, so that it is looked at.
RUN_READY := .venv/.ready-run$(if $(PYTHON),-$(notdir $(PYTHON)))
TEST_READY := .venv/.ready-test$(if $(PYTHON),-$(notdir $(PYTHON)))
MESSAGES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
MIGRATIONS := $(wildcard */migrations/*.py */*/migrations/*.py)

help: ## say what can be done here
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: export START_TIME := $(shell date +%s)
run: export START_TIME := $(shell date +%s)
run: database $(MESSAGES) ## start the service with a demo course (STAGE=draft|marking|review|released RESET=1 PORT=8000, or MARKS=FILE ARGS="--unit … --grader … --score …")
	@exec $(PY) manage.py run_demo $(if $(STAGE),--stage "$(STAGE)") $(if $(RESET),--reset) \
		$(if $(PORT),--port "$(PORT)") $(if $(MARKS),--marks "$(MARKS)") $(ARGS)

# Everything on SQLite, then what touches rows on PostgreSQL. The second runs even where the first fails.
test: $(TEST_READY) $(MESSAGES) ## run the tests on both databases (TESTS="tests/x.py" narrows, ARGS="-k word" goes to pytest)
	@status=0; \
	$(PYTEST) $(TESTS) $(ARGS) || status=1; \
	$(PYTEST) --database=postgresql $(TESTS) $(ARGS) || status=1; \
	exit $$status

test-long: override ARGS += -m ""
test-long: test ## run the tests marked long, too

check: $(TEST_READY) $(MESSAGES) ## formatting, lint, types, arrows, missing migrations, the flow page
	@failed=0; \
	step() { echo "== $$*"; "$$@" || failed=1; }; \
	step $(PY) -m ruff format --check . ; \
	step $(PY) -m ruff check . ; \
	step $(PY) -m mypy ; \
	step .venv/bin/lint-imports ; \
	step $(PY) manage.py makemigrations --check --dry-run ; \
	step $(PY) -m pytest -q tests/architecture ; \
	exit $$failed

modules = $(filter-out _%,$(basename $(notdir $(wildcard $1/*.py))))
bench: $(addprefix bench-,$(call modules,benchmarks)) ## print every benchmark (bench-NAME for one; ARGS="--json FILE")
proof: $(addprefix proof-,$(call modules,proofs)) ## put every promise under fire (proof-NAME for one; ARGS="--json FILE")
	@$(if $(call modules,proofs),,echo "No proof is written yet: proofs/ is empty.")

bench-%: $(TEST_READY) $(MESSAGES)
	@$(PY) -m benchmarks.$(subst -,_,$*) $(ARGS)
proof-%: $(TEST_READY) $(MESSAGES)
	@$(PY) -m proofs.$(subst -,_,$*) $(ARGS)

lock: $(RUN_READY) ## resolve pyproject.toml into the two lock files
	@.ci/setup lock

# --- set-up ---------------------------------------------------------------------------------------------------

.venv/.ready-run%: requirements.txt .ci/setup
	@PYTHON="$(PYTHON)" .ci/setup run "$@"
.venv/.ready-run: requirements.txt .ci/setup
	@.ci/setup run "$@"
.venv/.ready-test%: requirements.txt tests/requirements.txt .ci/setup
	@PYTHON="$(PYTHON)" .ci/setup test "$@"
.venv/.ready-test: requirements.txt tests/requirements.txt .ci/setup
	@.ci/setup test "$@"

%.mo: %.po | $(RUN_READY)
	@$(PY) manage.py compile_messages "$<"

# The stamp speaks for the newcomer's own database only; one named by the environment is asked each time.
ifeq ($(DATABASE_URL)$(VAR_DIR),)
database: var/.migrated
else
database: $(RUN_READY)
	@$(PY) manage.py migrate --verbosity 0
endif

var/.migrated: $(MIGRATIONS) $(if $(wildcard var/edu_crowd.sqlite3),,always) | $(RUN_READY)
	@echo "Preparing the database"
	@$(PY) manage.py migrate --verbosity 0
	@touch $@
