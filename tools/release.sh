#!/bin/sh
# Makes what a release hands out, in a new folder: `sh tools/release.sh OUT`. Wheel and sdist, the bundle for Windows,
# template and add-in, what is inside as CycloneDX, and SHA256SUMS. The same commit gives the same bytes.
set -e
if [ $# != 1 ]; then
  echo "sh tools/release.sh OUT" >&2
  exit 2
fi
if [ -e "$1" ]; then
  echo "$1 is there already; name a new folder." >&2
  exit 2
fi
mkdir -p "$1"
out="$(cd "$1" && pwd)"
trap 'rm -rf "$out"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM  # under dash only a shell that exits runs what is above
cd "$(dirname "$0")/.."
if git rev-parse --git-dir >/dev/null 2>&1; then
  if [ -n "$(git status --porcelain)" ]; then
    echo "There are changes that are not committed; a release is made of a commit." >&2
    exit 2
  fi
  SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}"
  export SOURCE_DATE_EPOCH
fi
sh tools/setup.sh release
.venv/bin/python -m build --no-isolation --outdir "$out" . >/dev/null
.venv/bin/python tools/release.py "$out"
cd "$out"
sha256sum -c --strict SHA256SUMS
trap - EXIT
