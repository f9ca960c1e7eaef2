# What a person or CI types here. Everything that a bare Debian machine lacks is installed first; see docs/install.md.
# Settings travel as variables: `make run SAMBUT_HTTP_PORT=8081`. More arguments for a command: `make test ARGS="-k queue"`.

.PHONY: help run test check image-test bench fuzz lint lock docs sbom engine clean

help:
	@echo 'make run     the service in the foreground, with demo accounts; SQLite and recordings under var/'
	@echo 'make test    linters, types, and every test'
	@echo 'make check   linters, types, tests of the pages, and the tests without calls, databases and browsers'
	@echo 'make image-test  the Docker image, for real: build, compose, a call, kill, backup, restore (as root)'
	@echo 'make bench   the benchmarks: JSON lines, and a table'
	@echo 'make fuzz    hostile messages at an engine built with sanitizers (ARGS="--seconds=60")'
	@echo 'make lint    put the Python files into shape'
	@echo 'make lock    remake requirements/*.txt (ARGS=--upgrade for newer versions)'
	@echo 'make docs    bring docs/settings.md and the remarks in settings.yaml into step with the types in config/,'
	@echo '             and NOTICE.md with the lock files'
	@echo 'make sbom    the SBOM of what runs (CycloneDX), into build/'
	@echo 'make engine  build and install the SIP engine again'
	@echo 'make clean   remove everything that was built here; var/ stays'

# `exec`, so that a signal to this shell is a signal to the service.
run:
	@scripts/bootstrap.sh run && exec .venv/bin/sambut serve --demo $(ARGS)

test:
	@scripts/bootstrap.sh test && exec scripts/test.sh $(ARGS)

# COMPOSE=1 or 2 tries only that one, DEBIAN=12 makes the image from Debian 12.
image-test:
	@scripts/bootstrap.sh test && exec scripts/image-test.sh $(ARGS)
check:
	@scripts/bootstrap.sh test && exec scripts/test.sh tests/unit $(ARGS)

bench:
	@scripts/bootstrap.sh test && exec .venv/bin/python -m tests.load $(ARGS)

# Hostile messages at an engine with sanitizers, which is built first (some minutes, once): ARGS="--messages=1000000".
fuzz:
	@scripts/bootstrap.sh test && scripts/fuzz-engine.sh && exec .venv/bin/python -m tests.fuzz.run $(ARGS)

lint:
	@scripts/bootstrap.sh test && .venv/bin/ruff check --fix . && .venv/bin/ruff format .

lock:
	@scripts/lock.sh $(ARGS)

docs:
	@scripts/bootstrap.sh run && .venv/bin/python scripts/settings_page.py $(ARGS) && \
	  exec .venv/bin/python scripts/notice.py $(ARGS)

sbom:
	@scripts/bootstrap.sh run && exec scripts/sbom.sh $(ARGS)

engine:
	@rm -f .venv/.stamps/engine && exec scripts/bootstrap.sh run

clean:
	@rm -rf .venv .tools build desk/static web/node_modules *.egg-info .mypy_cache .ruff_cache .pytest_cache \
	  .import_linter_cache .hypothesis
	@find . -name __pycache__ -not -path './web/*' -not -path './var/*' -prune -exec rm -rf {} +
