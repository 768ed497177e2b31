#!/bin/sh
# Install what the tests need from Debian's packages, if that can be done here; else say what is left out.
set -eu

missing=""
groups=""

need() { # need GROUP PACKAGE PROGRAM...: the group needs one of the programs
  group=$1 package=$2
  shift 2
  for program in "$@"; do
    command -v "$program" >/dev/null 2>&1 && return
    for folder in /usr/lib/postgresql/*/bin /usr/local/bin; do
      [ -x "$folder/$program" ] && return
    done
  done
  missing="$missing $package"
  groups="$groups $group"
}

need browser chromium chromium chromium-browser google-chrome
need postgres postgresql initdb
need poppler poppler-utils pdftotext
need systemd systemd systemd-analyze
[ ! -e .git ] || need bundle git git
# what leads the browser is linked with this library, which a fresh Debian lacks
if ! /sbin/ldconfig -p 2>/dev/null | grep -q 'libatomic\.so\.1 '; then
  missing="$missing libatomic1"
  groups="$groups browser"
fi
# so that the browser has Arabic letters to draw
case "$groups" in *browser*) missing="$missing fonts-noto-core" ;; esac

[ -n "$groups" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing from Debian's packages:$missing"
  # PostgreSQL's package would start a server of its own on this machine; the tests start theirs.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  fi
  apt-get update -q
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    -o Dpkg::Options::=--force-confold $missing
else
  echo "These groups of tests will be left out:$groups"
  echo "To run them, install these packages:$missing"
fi
