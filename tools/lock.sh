#!/bin/sh
# Writes requirements.lock anew: the versions and hashes that the tests run with. Needs uv.
set -e
cd "$(dirname "$0")/.."
exec uv pip compile pyproject.toml --group dev --extra build --universal --python-version 3.11 \
  --generate-hashes --no-annotate --no-header --no-emit-index-url -o requirements.lock "$@"
