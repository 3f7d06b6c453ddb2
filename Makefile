# Thin aliases of manage.py, for those who have make. Everything works without it.
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help run test check ps bench lock demo-reset

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start the product: manage.py up
	@exec $(PYTHON) manage.py up

test: ## check the code and run every test: manage.py verify
	@exec $(PYTHON) manage.py verify

check: ## ruff, mypy, import-linter, migrations, generated documents: manage.py check_all
	@exec $(PYTHON) manage.py check_all

ps: ## the processes of a running product: manage.py ps
	@exec $(PYTHON) manage.py ps

bench: ## measure against the goals of speed: manage.py bench
	@exec $(PYTHON) manage.py bench

demo-reset: ## throw the demo data away and start anew with the next `make run`: manage.py demo_reset
	@exec $(PYTHON) manage.py demo_reset

lock: ## write both lock files from pyproject.toml: manage.py lock
	@exec $(PYTHON) manage.py lock
