#!/bin/sh
# Builds what is committed in built form: the VBA projects, the template, the add-in and the reference pages.
set -e
cd "$(dirname "$0")/.."
.venv/bin/python -m selfeval_xl.excel.vba.build
.venv/bin/selfeval-xl build-template --overwrite
.venv/bin/python tools/reference.py
.venv/bin/python tools/profiles_table.py
.venv/bin/python tools/checks_table.py
.venv/bin/python tools/headings_table.py
.venv/bin/python tools/command_line_page.py
.venv/bin/python tools/layers_picture.py
