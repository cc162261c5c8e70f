# What people and CI do here. Everything happens in .venv; nothing is installed beside it but, for root on
# Debian, the servers and the browser that tests want.

PYTHON ?= python3
PORT ?= 5005
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Public sets of examples, where you have them: NAME.train.jsonl and NAME.test.jsonl.
NLU ?= ../shared/nlu

.DEFAULT_GOAL := install
.PHONY: run test test-browser test-wyoming check bench install packages clean

run: install  ## Serve the shop's bot at http://localhost:$(PORT)/ (PORT=8080 for another port).
	@if [ -z "$${SHOP_DATABASE_URL:-}" ] && [ ! -f shop.db ]; then $(BIN)/santral demo; fi
	$(BIN)/santral run --train --port $(PORT)

test: install packages  ## Run the default suite; what is skipped is listed with the reason.
	$(BIN)/python -m pytest --ignore tests/browser

test-browser: install packages  ## Run the tests of the pages in a real Chromium (minutes).
	$(BIN)/python -m pytest tests/browser

test-wyoming: install  ## Hold the voice's Wyoming engines against real servers, fetched from PyPI (minutes).
	SANTRAL_WYOMING=1 $(BIN)/python -m pytest tests/voice/test_real_wyoming.py

check: install  ## Lint, formatting, types, and who may import whom.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install  ## Measure speed, memory and understanding; beside Rasa where one is installed.
	$(BIN)/python -m bench --out docs/benchmarks.md
	$(BIN)/python -m bench.heldout
	$(BIN)/python -m bench.heldout tests/nlu/heldout2.jsonl tests/nlu/heldout3.jsonl
	$(BIN)/python -m bench.heldout tests/nlu/heldout4.jsonl
	for set in hwu64_10shot banking77_10shot; do \
	  test ! -f $(NLU)/$$set.train.jsonl || \
	    $(BIN)/python bench/nlu.py $(NLU)/$$set.train.jsonl $(NLU)/$$set.test.jsonl || exit; \
	done
	$(BIN)/python -m bench.lookups
	$(BIN)/python -m bench.nlu_size

install: $(STAMP)  ## Make .venv with Santral and the development tools.

packages:  ## Install the servers and the browser that tests want, for root on Debian.
	@sh .ci/packages

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || { \
	  echo "Santral needs Python 3.11, 3.12 or 3.13, but $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Name another one: make install PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  echo "Making $(VENV) failed. On Debian: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable ".[redis,postgresql,spacy,jwt,pika,kafka,voice,piper]" --group dev
	@touch $(STAMP)

clean:  ## Remove the environment, caches and build results; models and databases stay.
	rm -rf $(VENV) build dist results test-artefacts node_modules
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
