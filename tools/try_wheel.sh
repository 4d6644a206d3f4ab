#!/bin/sh
# Builds the wheel, installs it alone into an empty environment, and uses it in an empty directory.
set -e
cd "$(dirname "$0")/.."
root="$PWD"
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
.venv/bin/python -m build --no-isolation --wheel --outdir "$place/dist" . >/dev/null
/usr/bin/python3 -m venv "$place/env"
sed -n 's/^\([A-Za-z0-9._-]*==[^ ]*\( ;[^\\]*\)\{0,1\}\).*/\1/p' requirements.lock > "$place/versions.txt"
"$place/env/bin/pip" install -q --disable-pip-version-check -c "$place/versions.txt" "$place"/dist/*.whl
mkdir "$place/desk"
cd "$place/desk"
"$place/env/bin/selfeval-xl" demo -o demo
"$place/env/bin/selfeval-xl" new -o new.xlsm --year 2026
"$place/env/bin/selfeval-xl" show --json demo/*.xlsm > shown.json
"$place/env/bin/python" - <<'P'
import json
from pathlib import Path

from importlib.metadata import files

from selfeval_xl import actions
from selfeval_xl.excel import desk, functions

carried = {path.name for path in files("selfeval-xl") if "licenses" in path.parts}
assert {"LICENSE", "xlwings.txt"} <= carried, carried

actions.build_addin(Path("selfeval.xlam"))
assert Path("selfeval.xlam").read_bytes() == desk.workbook_file(desk.ADD_IN)
Path("template.xltm").write_bytes(desk.as_template(desk.workbook_file(desk.TEMPLATE)))

totals = [form["computed"]["total_score"] for form in json.load(open("shown.json", encoding="utf-8"))["forms"]]
assert totals == ["98.09", "97.99", "98.86", "98.00"], totals
assert desk.guide_file().read_bytes().startswith(b"%PDF")
assert functions.SE_EXECUTION_RATE(506745.04, 626500.0) == 0.8089
P
validator="${OOXML_VALIDATOR:-$root/../shared/tools/validate_ooxml.py}"
if [ -f "$validator" ]; then
  "$root/.venv/bin/python" "$validator" demo/*.xlsm new.xlsm selfeval.xlam template.xltm
elif [ -n "$CI" ]; then
  echo "validate_ooxml.py is missing: name it in OOXML_VALIDATOR" >&2
  exit 1
fi
echo "the wheel works on its own"
