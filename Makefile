# Every target makes .venv first, from the locks, with nothing but Python's own venv and pip. GNU make 3.81 or newer.

# The system's own Python, where it is new enough: it is built with optimisations, which settle a tenth more. One that was
# compiled at home often is not. `make PYTHON=...` takes another.
PYTHON ?= $(or $(shell /usr/bin/python3 -c 'import ensurepip, sys; sys.version_info < (3, 11) or print(sys.executable)' \
	2>/dev/null),python3)
UV_VERSION := 0.13.9
LOCK_FLAGS ?=
PYTEST_FLAGS ?= -n 2 --dist loadgroup

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := build/uv/bin/uv pip compile pyproject.toml --quiet --universal --generate-hashes --no-emit-index-url \
	--python-version 3.11 --custom-compile-command "make lock" $(LOCK_FLAGS)

.PHONY: help demo serve bench test check lock clean

help:
	@echo "make demo    one family's bills from binding to refund, on this machine"
	@echo "make serve   the service, with a database of its own"
	@echo "make bench   how many settlements a second, against pgbench in the same run"
	@echo "make test    every test"
	@echo "make check   format, lint, types, import contract, migrations, policy book, house rules"
	@echo "make lock    write both lock files again (LOCK_FLAGS=--upgrade moves every pin)"
	@echo "make clean   remove .venv, build results and caches"

demo: .venv/.run-ready
	$(BIN)/mulaid demo

serve: .venv/.run-ready
	$(BIN)/mulaid serve

bench: .venv/.run-ready
	$(BIN)/mulaid bench settle
	$(BIN)/mulaid bench gateway
	$(BIN)/mulaid bench chain

test: .venv/.dev-ready
	$(BIN)/pytest $(PYTEST_FLAGS)

check: .venv/.dev-ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/squawk src/mulaid/store/migrations/*.sql
	$(BIN)/mulaid policy review
	$(BIN)/pytest --quiet --tb=short tests/tidy

lock:
	test -x build/uv/bin/uv || $(PYTHON) -m venv build/uv
	build/uv/bin/python -m pip --disable-pip-version-check --quiet install uv==$(UV_VERSION)
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "mulaid needs Python 3.11 or newer; $(PYTHON) is not. Try: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/.run-ready: .venv/.made pyproject.toml requirements.lock
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --editable .
	@touch $@

.venv/.dev-ready: .venv/.run-ready requirements-dev.lock
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@
