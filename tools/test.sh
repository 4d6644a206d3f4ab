#!/bin/sh
# Installs what is needed and passes the tests: lint, types, tests, live tests in LibreOffice, other engines
# and under Wine, and the built wheel in an empty environment.
set -e
cd "$(dirname "$0")/.."
sh tools/setup.sh tests
step() { echo; echo "== $1"; shift; "$@"; }
step "lint" .venv/bin/ruff check .
step "format" .venv/bin/ruff format --check .
step "types" .venv/bin/mypy
step "tests" .venv/bin/pytest -q -m "not libreoffice and not wine and not engines"
step "live in LibreOffice" .venv/bin/pytest -q -m libreoffice
step "formulas and forms in other programs" .venv/bin/pytest -q -m engines
step "live under Wine" .venv/bin/pytest -q -m wine
step "the built wheel in an empty environment" sh tools/try_wheel.sh
