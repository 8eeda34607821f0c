# Everything is done by bootstrap.py; this only finds a Python for it (PYTHON=... chooses another).
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)

.PHONY: setup app check test bench soak

setup app check test bench soak:
	@test -n "$(PYTHON)" || { echo "Citewell needs Python 3.11 or newer, and none was found." >&2; exit 2; }
	@$(PYTHON) bootstrap.py $@
