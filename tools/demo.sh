#!/bin/sh
# Installs what is needed and runs the demonstration; pages and workbook go to selfeval-demo/.
set -e
cd "$(dirname "$0")/.."
sh tools/setup.sh demo
exec .venv/bin/selfeval-xl demo -o selfeval-demo --overwrite
