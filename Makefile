# make run     the portal on this machine, from a fresh clone to its first page
# make stop    stop the portal that runs in this clone
# make test    every check and test, from a fresh clone
# make bench   the benchmarks, one `name: value` a line, and which of them are out of their bounds
# make drill   takes parts of a busy portal away and counts what was kept, one `name: value` a line
# make roll    two machines behind nginx, each process started again under load; counts what was lost
#
# PORT and HOST say where it listens, DATABASE_URL and BROKER_URL name servers to use in place of its own.
# docs/operations.md tells the rest.

.PHONY: help run stop test bench drill roll set-up set-up-for-tests check types others suite
.DEFAULT_GOAL := help

IN := .venv/bin/python
# The checks read nothing of a portal that may be running in this clone.
CHECKS := DATA_DIR='$(CURDIR)/.build/checks'
# The first Python that is new enough makes the environment; PYTHON=... names one.
SET_UP = set -eu; for python in "$${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do \
	if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		exec "$$python" -I continuity/core/prepare.py $(1); fi; done; \
	echo 'The portal needs Python 3.11 or newer, which was not found on this machine.' >&2; exit 1

help:
	@sed -n 's/^# \{0,1\}//;1,/^$$/p' Makefile

run: set-up
	@exec $(IN) manage.py portal

stop:
	@exec $(IN) manage.py portal --stop

set-up:
	@$(call SET_UP,)

set-up-for-tests:
	@$(call SET_UP,--for-tests)

# mypy uses one core, for as long as all other checks and the first tests take: it goes beside them.
AT_ONCE := --no-print-directory --jobs 2

check: set-up-for-tests
	@$(MAKE) $(AT_ONCE) types others

test: set-up-for-tests
	@$(MAKE) $(AT_ONCE) types suite

suite: others
	$(CHECKS) $(IN) -m pytest -n 2 --dist loadgroup $$(test ! -e .build/no-browser || echo '-m "not journey"')

types:
	$(CHECKS) $(IN) -m mypy

others:
	$(IN) -m ruff check .
	$(IN) -m ruff format --check .
	$(IN) -c 'import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())'
	$(CHECKS) $(IN) -m tests.with_database $(IN) manage.py makemigrations --check --dry-run
	$(CHECKS) SECURE=on PROXY_ENDS_TLS=off PUBLIC_URL=https://portal.example \
		$(IN) manage.py check --deploy --fail-level WARNING

# Over a database of its own, beside whatever else runs here.
bench: set-up-for-tests
	@$(CHECKS) ALLOWED_HOSTS=testserver DJANGO_SETTINGS_MODULE=continuity.settings $(IN) -m tests.with_database $(IN) -m tests.bench

drill: set-up-for-tests
	@$(CHECKS) $(IN) -m tests.drill

roll: set-up-for-tests
	@$(CHECKS) $(IN) -m tests.rolling
