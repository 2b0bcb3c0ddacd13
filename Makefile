# Two commands matter: `make demo` and `make test`. Each does all its own set-up, from a fresh clone, in a bare
# environment, and is quick when nothing has changed. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

BIN := .venv/bin
RUN := .venv/.run
DEV := .venv/.dev
NODE := node_modules/.done
AUDIT := .venv-audit/.done
NIGHTLY_NODE := tests/nightly/node_modules/.done
WORKERS ?= 2
# A browser waits as much as it works: three at a time keep two cores busy.
PHONES ?= 3
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps
PYTEST := $(BIN)/python -m pytest
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.PHONY: help demo test test-python test-node test-types test-browser nightly bench growth picture sbom audit lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | sort | expand -t 16

demo: $(RUN) ## a made-up city, ready in seconds: prints the address and three people to sign in as
	@$(BIN)/medborger demo $(DEMO)

# ---- tests ---------------------------------------------------------------------------------------------------

test: $(DEV) $(NODE) .venv/.machine ## everything CI runs
	@$(MAKE) --no-print-directory --keep-going test-python test-node test-types test-browser

test-python: $(DEV) $(NODE) .venv/.machine ## the rooms, the arrows, the faults (no browser)
	@echo '== python'
	@$(PYTEST) -n $(WORKERS) --dist worksteal -m 'not browser and not nightly' --ignore=tests/browser tests

test-node: $(DEV) $(NODE) ## the worker's modules, and the cases both engines share
	@echo '== node'
	@shopt -s nullglob globstar; files=(tests/worker/**/*.test.js); \
	  if [ $${#files[@]} -gt 0 ]; then PATH="$$PWD/$(BIN):$$PATH" node --test "$${files[@]}"; fi

test-types: $(NODE) ## types of the page's and the worker's JavaScript, read from its comments
	@echo '== types'
	@node_modules/.bin/tsc --project tsconfig.page.json
	@node_modules/.bin/tsc --project tsconfig.worker.json

test-browser: $(DEV) $(NODE) .venv/.machine ## the pages, in a real Chromium; push, in a real Firefox
	@echo '== browser'
	@$(PYTEST) -n $(PHONES) --dist loadgroup -m 'browser and not nightly' tests/browser $$(grep -rl 'mark\.browser' tests --include='test_*.py')

nightly: $(DEV) $(NODE) $(NIGHTLY_NODE) .venv/.machine .venv/.browsers ## the long ones: every cell of the matrix, hundreds of kills, a million journeys
	@MEDBORGER_NIGHTLY=1 $(MAKE) --no-print-directory --keep-going test
	@MEDBORGER_NIGHTLY=1 $(PYTEST) -n $(WORKERS) --dist loadgroup -m nightly
	@$(MAKE) --no-print-directory sbom audit

bench: $(DEV) $(NODE) .venv/.machine ## figures and ratios, each beside its peer in the same run; asserts nothing
	@$(BIN)/python -m tests.bench $(BENCH)

growth: $(DEV) $(NODE) .venv/.machine ## how much longer the tests take with ten more services; asserts nothing
	@$(BIN)/python -m tests.growth $(GROWTH)

sbom: $(AUDIT) ## .build/sbom.json: every part it runs on, with hashes (CycloneDX)
	@mkdir -p .build
	@.venv-audit/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --of JSON --output-file .build/sbom.json
	@echo "$$(grep -c '"purl"' .build/sbom.json) parts in .build/sbom.json"

audit: $(AUDIT) $(NODE) ## known faults in the parts it runs on and is tested with, from the public databases
	@sed -nE 's/^([a-z0-9._-]+)(\[[a-z,]+\])?==([^ ;]+).*/\1==\3/p' requirements.lock requirements-dev.lock | sort -u >.build/parts.txt
	@.venv-audit/bin/pip-audit --no-deps --disable-pip --requirement .build/parts.txt >.build/audit.txt 2>&1 \
	  && ! grep -q 'could not be audited' .build/audit.txt && echo 'No known fault in the Python parts.' \
	  || { cat .build/audit.txt; ! grep -qE '^[a-z0-9._-]+ +[0-9].* (PYSEC|GHSA|CVE)-' .build/audit.txt && echo 'NOT AUDITED: the database of faults does not answer, or does not know some parts.'; }
	@npm audit --omit=optional >.build/npm-audit.txt 2>&1 && echo 'No known fault in the parts from npm.' \
	  || { cat .build/npm-audit.txt; grep -q 'endpoint returned an error' .build/npm-audit.txt && echo 'NOT AUDITED: the registry answers no audit.'; }

picture: $(DEV) .venv/.machine ## the pictures in docs/, from the real pages
	@MEDBORGER_PICTURES=docs $(PYTEST) -m browser tests/browser/test_picture.py

# ---- set-up --------------------------------------------------------------------------------------------------

# Any Python from 3.11 on that can make an environment: the caller's, the system's, one beside it, one of pyenv's.
.venv/bin/python:
	@find() { for python in "$${PYTHON:-}" python3 /usr/bin/python3 python3.{14,13,12,11} "$$HOME"/.pyenv/versions/3.1[1-9]*/bin/python3; do \
	    [ -n "$$python" ] && "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	      && { command -v "$$python"; return; }; done; return 1; }; \
	if ! python=$$(find) && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo 'Installing python3-venv ...'; apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -qq -y python3 python3-venv >/dev/null; \
	  python=$$(find) || true; fi; \
	[ -n "$${python:-}" ] || { echo 'Medborger needs Python 3.11 or newer with venv. On Debian or Ubuntu: sudo apt-get install python3-venv. Or name one: make PYTHON=/path/to/python3'; exit 1; }; \
	echo "Making .venv with $$python ..."; "$$python" -m venv .venv

$(RUN): .venv/bin/python requirements.lock requirements-build.lock pyproject.toml
	@echo 'Installing what it runs on (hash-locked) ...'
	@$(PIP) -r requirements-build.lock -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable . >.venv/install.log 2>&1 \
	  || { cat .venv/install.log; exit 1; }
	@touch $@

$(DEV): $(RUN) requirements-dev.lock
	@echo 'Installing what it is tested with (hash-locked) ...'
	@$(PIP) -r requirements-dev.lock
	@touch $@

$(NODE): package.json package-lock.json | .venv/.machine
	@echo 'Installing the test tools from npm (hash-locked, no install scripts) ...'
	@npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

$(NIGHTLY_NODE): tests/nightly/package.json tests/nightly/package-lock.json | .venv/.machine
	@echo 'Installing the large test tools from npm (hash-locked, no install scripts) ...'
	@if ! command -v java >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends default-jre-headless >/dev/null || true; fi
	@cd tests/nightly && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

$(AUDIT): requirements-audit.lock | .venv/bin/python
	@echo 'Installing what lists and audits the parts (hash-locked) ...'
	@.venv/bin/python -m venv .venv-audit
	@.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-audit.lock
	@mkdir -p .build; touch $@

# What pip and npm do not bring. The first two rows are needed; without the third some fault tests say that they skip;
# the tests in a browser are quicker with the lean Chromium, where there is one; Firefox is what push is tested in.
.venv/.machine: Makefile | .venv/bin/python
	@want=(); lean=(); \
	command -v chromium >/dev/null || want+=(chromium); \
	command -v npm >/dev/null && command -v node >/dev/null || want+=(nodejs npm); \
	command -v fiu-run >/dev/null || want+=(fiu-utils); command -v faketime >/dev/null || want+=(faketime); command -v wrk >/dev/null || want+=(wrk); \
	[ -n "$$(fc-list :lang=ar 2>/dev/null | head -1)" ] || want+=(fonts-noto-core); \
	command -v chromium-headless-shell >/dev/null || lean+=(chromium-headless-shell); \
	command -v firefox-esr >/dev/null || lean+=(firefox-esr); \
	if [ -n "$${want[*]}$${lean[*]}" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing $${want[*]} $${lean[*]} ..."; apt-get update -qq; \
	  [ $${#want[@]} = 0 ] || DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$${want[@]}" >/dev/null || true; \
	  for tool in "$${lean[@]}"; do DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$tool >/dev/null 2>&1 || true; done; fi; \
	for tool in chromium node npm; do command -v $$tool >/dev/null || { \
	  echo "The tests need $$tool. On Debian or Ubuntu: sudo apt-get install $${want[*]}"; exit 1; }; done; \
	command -v firefox-esr >/dev/null || echo 'firefox-esr is missing, so the tests of push in a real browser will NOT run. On Debian: sudo apt-get install firefox-esr'; \
	node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' || { echo 'The tests need Node.js 20 or newer.'; exit 1; }; \
	touch $@

# WebKitGTK, the nearest to Safari: its tests say loudly that they have not run where it is missing.
.venv/.browsers: Makefile | .venv/.machine
	@want=(); \
	command -v WebKitWebDriver >/dev/null || want+=(webkit2gtk-driver); command -v Xvfb >/dev/null || want+=(xvfb); \
	if [ $${#want[@]} -gt 0 ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing $${want[*]} ..."; apt-get update -qq; \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$${want[@]}" >/dev/null || true; fi; \
	for tool in WebKitWebDriver Xvfb; do command -v $$tool >/dev/null || { \
	  echo "$$tool is missing, so the tests in its browser will NOT run. On Debian: sudo apt-get install $${want[*]}"; missing=1; }; done; \
	[ -n "$${missing:-}" ] || touch $@

lock: $(DEV) ## pin every part again, with hashes and without addresses
	$(LOCK) requirements-build.in -o requirements-build.lock
	$(LOCK) requirements.in -o requirements.lock
	$(LOCK) -c requirements.lock requirements-dev.in -o requirements-dev.lock
	$(LOCK) requirements-audit.in -o requirements-audit.lock
	npm install --package-lock-only --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved
	cd tests/nightly && npm install --package-lock-only --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved

clean: ## remove what was installed and built here, keep what was written
	rm -rf .venv .venv-audit node_modules tests/nightly/node_modules .build .pytest_cache .hypothesis *.egg-info
