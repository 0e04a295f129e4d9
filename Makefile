# Everything a newcomer needs: `make run` and `make test`. The first call of either makes .venv.
PYTHON ?= python3
PY := .venv/bin/python
READY := .venv/ready
N := 8

.PHONY: setup run test test-postgres lint format check cov docs bench soak screenshots image image-check audit help

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY)  ## Make .venv with all that running and testing need

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(READY)

run: $(READY)  ## Use the bot: against Slack if both tokens are set, else in a browser with sample data
	@$(PY) bot.py run --or-demo

test: $(READY)  ## Run every test but the long ones
	$(PY) -m pytest -n 2 --dist loadgroup -m "not soak and not bench"

test-postgres: $(READY)  ## Run the tests with their stores on PostgreSQL (T=tests/cta for some)
	$(PY) -m pytest -n 2 --dist loadgroup -m "not soak and not bench and not browser" --engine postgres $(T)

# What renders every template with made-up records; each is held to our checker and to somebody else's.
TEMPLATE_TESTS := tests/account/test_templates.py tests/cta/test_templates.py tests/templates/test_samples.py \
	tests/account/test_notes.py tests/told/test_told.py tests/home/test_manager.py tests/renewal/test_forecast.py \
	tests/onboarding/test_onboarding.py tests/success/test_ground.py \
	tests/home/test_my_day.py tests/home/test_home.py tests/report/test_summary.py tests/report/test_playbooks_command.py \
	tests/health/test_health.py tests/call/test_calls.py tests/report/test_renewals_decided.py \
	tests/triage/test_triage.py tests/escalation/test_escalations.py tests/review/test_review.py \
	tests/usage/test_usage.py tests/growth/test_growth.py tests/plan/test_plans.py tests/survey/test_surveys.py tests/play/test_plays.py tests/sales/test_meetings.py tests/sales/test_reminders.py

# What reads documents, and the code beside them.
DOC_TESTS := tests/test_docs.py tests/test_named.py tests/test_readme.py tests/test_contributing.py \
	tests/base/test_schema.py tests/terminal/test_operations.py tests/sandbox/test_limits.py

lint: $(READY)  ## Check style, types and every template
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m pytest -p tests.every_template -n 2 --dist loadgroup $(TEMPLATE_TESTS)

format: $(READY)  ## Put the code into shape, and mend what can be mended by itself
	$(PY) -m ruff check --fix-only .
	$(PY) -m ruff format .

check: lint test  ## What a change must pass

cov: $(READY)  ## Run every test but the long ones, and say which lines none of them reached
	$(PY) -m pytest -n 2 --dist loadgroup -m "not soak and not bench" --cov --cov-report=term-missing:skip-covered

docs: $(READY)  ## Write README's tables anew, and hold all documents to the code
	$(PY) -m tests.tables
	$(PY) -m pytest $(DOC_TESTS)

bench: $(READY)  ## Measure, each figure against its floor in the same run, and write docs/benchmarks.md
	@mkdir -p var && rm -f var/figures.jsonl
	CTA_BOT_FIGURES=$(CURDIR)/var/figures.jsonl $(PY) -m pytest -m bench -s tests/bench; \
	status=$$?; $(PY) -m tests.bench.page var/figures.jsonl; exit $$status

soak: $(READY)  ## Long runs: random kills and stops (N rounds of them over two replicas), years of reminders
	$(PY) -m pytest -m soak -s --timeout 7200 --rounds $(N)

screenshots: $(READY)  ## Make the pictures of the docs anew
	$(PY) -m tests.screenshots docs/images

image:  ## Build the image, where podman, docker or buildah is there
	@builder=$$(command -v podman || command -v docker || command -v buildah) \
	|| { echo "No podman, docker or buildah is here: make image-check carries the image's steps out without one."; exit 1; }; \
	$$builder build -f deploy/Containerfile -t cta-bot .

IMAGE_ROOT ?= var/image

image-check: $(READY)  ## As root, with mmdebstrap: carry out the image's steps in a root of Debian, and run the bot there
	$(PY) -m tests.image $(IMAGE_ROOT)

audit: $(READY)  ## Online: ask PyPI and OSV whether a pinned version has a known fault (never part of CI)
	$(PY) -m venv var/audit
	var/audit/bin/pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	var/audit/bin/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt
