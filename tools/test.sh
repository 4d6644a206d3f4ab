#!/bin/sh
# Installs what is needed and passes the tests: lint, types, tests, live tests in LibreOffice,
# and the built wheel in an empty environment. The tests under Wine are not reliable yet and are run by hand:
# sh tools/setup.sh wine && .venv/bin/pytest -m wine
set -e
cd "$(dirname "$0")/.."
sh tools/setup.sh tests
step() { echo; echo "== $1"; shift; "$@"; }
step "lint" .venv/bin/ruff check .
step "format" .venv/bin/ruff format --check .
step "types" .venv/bin/mypy
step "tests" .venv/bin/pytest -q -m "not libreoffice and not wine"
step "live in LibreOffice" .venv/bin/pytest -q -m libreoffice
echo "NOT RUN: tests/live/test_wine.py, which is not reliable yet (see README.md)"
step "the built wheel in an empty environment" sh tools/try_wheel.sh
