# Revloop's commands. `make install` is all a user needs; `make test` is what CI runs.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 2024
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
CODE := state agents tools graphs server evals tests
# The suite starts many processes: each would compile all that it imports where an environment forbids to keep it.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo test check bench bench-web bench-scale redteam fuzz chaos soak studio eval lock clean .lint .mypy .pyright .apart .beside .suite

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

# Each stamp is newer than what it was made from, so a second run does nothing.
# Every package is checked against its hash, the build backend too: nothing unlocked is installed. The locks are whole, so
# nothing is resolved (--no-deps): a release that appears tomorrow changes no installation. uv installs in a quarter of pip's
# time; it does not read pip's settings, so where it fails (an index that only pip knows) pip installs the same lock.
HASHED := --quiet --no-deps --require-hashes
INSTALL = $(BIN)/uv pip install $(HASHED) --python $(BIN)/python -r $(1) || $(PIP) install $(HASHED) --no-compile -r $(1)

$(VENV)/.created: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Revloop needs Python 3.11 or newer: make install PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	awk '/^uv==/ {on=1; print; next} /^[a-z]/ {on=0} on' requirements-dev.lock > $(VENV)/uv.txt
	$(PIP) install $(HASHED) -r $(VENV)/uv.txt
	@touch $@

$(VENV)/.installed: $(VENV)/.created requirements.lock pyproject.toml
	$(call INSTALL,requirements.lock)
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.created requirements-dev.lock pyproject.toml
	$(call INSTALL,requirements-dev.lock)
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $(VENV)/.installed $@

install: $(VENV)/.installed ## create .venv with the locked packages and the revloop command

demo: install ## run the sample company once, offline and without a key
	$(BIN)/revloop demo

CHECKS := .lint .mypy .pyright

check: $(VENV)/.dev ## lint, format, types (mypy and pyright), direction of imports
	$(MAKE) --no-print-directory --output-sync --jobs=2 $(CHECKS)

.lint:
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/lint-imports --no-logo

.mypy:
	$(BIN)/mypy

.pyright:
	$(BIN)/pyright --pythonpath $(BIN)/python

DEMO := $(abspath $(VENV)/demo)

# The checks and what is tested apart run beside the suite, each printed whole when it ends; the suite tells how far it is.
test: $(VENV)/.dev ## check beside the suite, and its coverage
	rm -rf .coverage .coverage.* $(DEMO)
	$(MAKE) --no-print-directory --jobs=6 .beside .suite
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

.beside:
	$(MAKE) --no-print-directory --output-sync $(CHECKS) .apart

.suite:
	$(BIN)/python -m pytest -m "not apart" -p tests.counting -n 2 --dist loadfile --no-loadscope-reorder --demo-in=$(DEMO)

.apart:
	$(BIN)/pytest -m apart -n 2 --dist loadfile --demo-in=$(DEMO) $$(grep -rl --include='test_*.py' 'mark\.apart' tests)

bench: $(VENV)/.dev ## measure the hot paths
	$(BIN)/python -m evals.bench

bench-web: $(VENV)/.dev ## measure the pages: slow device, ten thousand accounts, open streams, card to mail
	$(BIN)/python -m evals.web

redteam: install ## attack what must hold: planner, approvals, ledger, stop switch, learning
	$(BIN)/python -m evals.redteam

fuzz: $(VENV)/.dev ## 50,000 requests as the interface describes them and does not, and 10,000 forged webhooks
	$(BIN)/python -m tests.fuzz --cases 50000
	$(BIN)/python -m tests.fuzz.hooks --cases 10000

chaos: install ## kill the process at every registered step, on either database, and count what left on the other side
	$(BIN)/python -m evals.chaos
	$(BIN)/python -m evals.chaos --database own

soak: install ## twenty minutes of work while workers are killed and the server restarts; every event accounted for
	$(BIN)/python -m evals.soak

bench-scale: install ## many loops at once, two workers, a long queue, PostgreSQL beside SQLite
	$(BIN)/python -m evals.scale

eval: install ## score the reasoner on the evaluation cases
	$(BIN)/revloop eval run

# Loopback only; no tracer, no browser, and no key that would start one; PYTHONPATH puts our names before any other's.
studio: $(VENV)/.dev ## serve the graphs to LangGraph Studio on loopback, offline
	env -u LANGSMITH_API_KEY -u LANGCHAIN_API_KEY -u LANGSMITH_CONTROL_PLANE_API_KEY -u LANGGRAPH_CLOUD_LICENSE_KEY \
	PYTHONPATH=. LANGSMITH_TRACING=false LANGGRAPH_STRICT_MSGPACK=true LANGGRAPH_CLI_NO_ANALYTICS=1 \
	LANGGRAPH_NO_VERSION_CHECK=true $(BIN)/langgraph dev --host 127.0.0.1 --port $(PORT) --no-browser --no-reload

# One resolution for every Python and platform; the smaller lock is part of the larger. UPGRADE=--upgrade takes newer versions.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-annotate --custom-compile-command "make lock"

lock: $(VENV)/.dev ## resolve the two requirements*.lock again (versions and hashes, no addresses)
	$(LOCK) $(UPGRADE) --extra dev --extra studio pyproject.toml -o requirements-dev.lock
	echo hatchling | $(LOCK) -c requirements-dev.lock pyproject.toml - -o requirements.lock

clean: ## remove the environment and everything built or cached
	rm -rf $(VENV) build dist .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find $(CODE) -type d -name __pycache__ -prune -exec rm -rf {} +
