# Every target sets up what it needs in .venv first: Python 3.11 or later, no more.
PYTHON ?= python3
BIN := .venv/bin
OUT ?= output
PORT ?= 8888
ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

ifeq ($(origin ARTICLE), undefined)
ARTICLE := data/articles/grok-deepfakes.txt
CODEBOOK ?= data/codebooks/uk-online-safety.yml
endif

.DEFAULT_GOAL := help
.PHONY: help setup run report lab check test test-browser notebooks golden lock

help:  ## say what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: .venv/ready  ## make the environment that all others use

.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
		"$(PYTHON) is no Python 3.11 or later: name one (make run PYTHON=python3.12)"; \
		exit 1; }
	@echo "Setting up .venv (the network is needed for this alone)"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-compile --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

.venv/tested: .venv/ready requirements-test.txt
	$(BIN)/python -m pip install --quiet --no-compile --requirement requirements-test.txt
	@touch $@

run: .venv/ready  ## analyse ARTICLE=… with CODEBOOK=…: tables, charts, report, notebooks
	$(BIN)/throughline "$(ARTICLE)" $(if $(CODEBOOK),--codebook "$(CODEBOOK)") \
		--out "$(OUT)" --notebooks notebooks

report: .venv/ready  ## the same without the notebooks
	$(BIN)/throughline "$(ARTICLE)" $(if $(CODEBOOK),--codebook "$(CODEBOOK)") \
		--out "$(OUT)"

lab: .venv/ready  ## open the notebooks in JupyterLab on this machine
	@$(BIN)/python -m jupyter trust notebooks/*.ipynb >/dev/null
	$(BIN)/python -m jupyterlab --ip=127.0.0.1 --port=$(PORT) $(ROOT) \
		--LabApp.default_url=/lab/tree/notebooks/0_start_here.ipynb

check: .venv/tested  ## check style, types, and that every package is declared
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/deptry .
	$(BIN)/mypy

test: check  ## check, then run all tests but the browser's
	$(BIN)/python -m pytest -n logical --dist loadfile -m "not browser"

test-browser: .venv/tested  ## drive a real JupyterLab in Chromium
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get \
		>/dev/null && apt-get update -qq && apt-get install -qq -y chromium; } || { \
		echo "chromium is missing: install Debian's package chromium"; exit 1; }
	$(BIN)/python -m pytest -m browser tests/browser

notebooks: .venv/ready  ## execute the committed notebooks again, in place
	THROUGHLINE_CHOICE=.no-choice $(BIN)/python -m jupyter nbconvert --to notebook \
		--execute --inplace \
		--ExecutePreprocessor.record_timing=False \
		notebooks/[1-9]_*.ipynb

golden: .venv/tested  ## say which tables of which articles are no longer as they were
	$(BIN)/python -m benchmarks.golden $(ARGS)

LOCK := --universal --python-version 3.11 --generate-hashes --quiet \
	--custom-compile-command "make lock"

lock: .venv/tested  ## write both lists of packages again; UPGRADE=--upgrade: the newest
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(LOCK) $(UPGRADE) pyproject.toml \
		--extra notebooks --output-file requirements.txt
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra notebooks --extra cluster \
		--extra test --constraint requirements.txt \
		--output-file requirements-test.txt
