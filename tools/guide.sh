#!/bin/sh
# Installs what is needed and makes the guide's pictures, the formulas that it quotes and its PDF (docs/guide).
# With --pages only the drawings, the formulas and the PDF, after a change in words or in the ribbon.
set -e
cd "$(dirname "$0")/.."
sh tools/setup.sh guide
.venv/bin/python tools/guide_pictures.py "$@"
