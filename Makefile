# Everything a newcomer needs: `make run` and `make test`. The first call of either makes .venv.
PYTHON ?= python3
PY := .venv/bin/python
READY := .venv/ready

.PHONY: setup run test lint bench soak screenshots help

help:  ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY)  ## Make .venv with all that running and testing need

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(READY)

run: $(READY)  ## Use the bot: against Slack if both tokens are set, else in a browser with sample data
	@$(PY) bot.py run --or-demo

test: $(READY)  ## Run every test but the long ones
	$(PY) -m pytest -n 2 --dist loadgroup -m "not soak and not bench"

lint: $(READY)  ## Check style and types
	$(PY) -m ruff check .
	$(PY) -m mypy

bench: $(READY)  ## Measure, each figure against its floor in the same run
	$(PY) -m pytest -m bench -s tests/bench

soak: $(READY)  ## Long runs: random kills and years of reminders
	$(PY) -m pytest -m soak -s --timeout 7200

screenshots: $(READY)  ## Make the pictures of the docs anew
	$(PY) -m tests.screenshots docs/images
