#!/bin/sh
# Installs what the demonstration (setup.sh demo), the tests (setup.sh tests), the guide (setup.sh guide) or a release
# (setup.sh release) need, on Debian or Ubuntu:
# packages of the system where they are missing, and a virtual environment .venv with the locked versions.
set -e
cd "$(dirname "$0")/.."
packages="python3 python3-venv libreoffice-calc python3-uno fonts-noto-cjk poppler-utils"
if [ "$1" = tests ]; then
  packages="$packages libreoffice-writer gnumeric pandoc chromium ghostscript qpdf wine wine64 locales libarchive-tools git"
fi
[ "$1" != guide ] || packages="$packages libreoffice-writer xvfb"
[ "$1" != release ] || packages="python3 python3-venv"

as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
missing=""
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
done
if [ -n "$missing" ]; then
  echo "installing:$missing"
  $as_root apt-get update -qq
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

# A Windows of code page 936 needs a Chinese locale.
if [ "$1" = tests ] && ! locale -a | grep -qix "zh_CN.utf8"; then
  $as_root localedef -i zh_CN -f UTF-8 zh_CN.UTF-8
fi

# python3-uno belongs to the system's own Python, so the environment is made from that one.
python=/usr/bin/python3
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Python 3.11 or newer is needed; this system has $("$python" --version)." >&2
  exit 1
}
wanted="$(cat requirements.lock pyproject.toml | sha256sum)"
if [ ! -x .venv/bin/selfeval-xl ] || [ "$(cat .venv/installed 2>/dev/null)" != "$wanted" ]; then
  rm -rf .venv
  "$python" -m venv --system-site-packages .venv
  .venv/bin/pip install -q --disable-pip-version-check --ignore-installed --require-hashes -r requirements.lock
  .venv/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
  echo "$wanted" > .venv/installed
fi
