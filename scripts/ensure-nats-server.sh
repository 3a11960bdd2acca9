#!/usr/bin/env bash
# Makes sure that a nats-server is there for the tests: takes the one there is, else installs Debian's package.
# The tests start servers of their own on free ports; the service that the package may bring is not used.
set -euo pipefail

has_nats_server() {
  PATH="$PATH:/usr/local/sbin:/usr/sbin" command -v nats-server >/dev/null
}

has_nats_server && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  as_root=(sudo -n)
fi

if command -v apt-get >/dev/null && { [ ${#as_root[@]} -eq 0 ] || sudo -n true 2>/dev/null; }; then
  echo "nats-server is not installed: installing Debian's package nats-server" >&2
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=120 update -qq >&2 || echo "apt-get update failed; trying with the package lists there are" >&2
  "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 install -y -qq --no-install-recommends nats-server >&2 || true
  has_nats_server && exit 0
fi

cat >&2 <<'MESSAGE'
The tests need nats-server 2.9 or later, and it could not be installed from here. Install it and run again:
  Debian, Ubuntu   sudo apt-get install nats-server
  macOS            brew install nats-server
  others           put the program nats-server of a NATS release on your PATH
MESSAGE
exit 1
