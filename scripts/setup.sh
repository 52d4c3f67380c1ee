#!/usr/bin/env bash
# Sets nlsh up in .venv, or finds that it is set up already. Usage: scripts/setup.sh run|dev|foundry
#   run   what is needed to use nlsh; with SEMANTIC=yes what recall by meaning will need, where a CPU build of torch can be had
#   dev   what is needed to test and check it
#   foundry   what is needed to train and evaluate the adapter: torch, as its CPU build where the index has one
# PYTHON=... chooses the interpreter, SEMANTIC=yes adds the semantic extra.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

purpose=${1:-run}
least_kib=1500000
semantic_kib=2000000
python=.venv/bin/python

say() { printf '%s\n' "$*" >&2; }
stop() { say "nlsh cannot be set up: $1"; say "  $2"; exit 1; }

is_recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.14 python; do
    if command -v "$candidate" >/dev/null && is_recent "$candidate"; then
      printf '%s' "$candidate"
      return
    fi
  done
  stop "there is no Python 3.11 or newer" "Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name it: make run PYTHON=/path/to/python3"
}

has_compiler() { [ -n "${CXX:-}" ] || command -v c++ >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null; }

free_kib() { df -Pk . | awk 'NR == 2 { print $4 }'; }

check_machine() {
  has_compiler || stop "there is no C++ compiler, and llama.cpp is compiled for this machine" \
    "Install one (Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++; macOS: xcode-select --install)."
  "$1" -c 'import venv, ensurepip' 2>/dev/null || stop "this Python has no venv module" \
    "Install it (Debian, Ubuntu: apt-get install python3-venv)."
  [ "$(free_kib)" -ge "$least_kib" ] || stop "there is not enough room on this disk: $(($(free_kib) / 1024)) MiB are free" \
    "Make room for $((least_kib / 1000)) MB."
}

make_environment() {
  if [ -x $python ] && is_recent $python && $python -m pip --version >/dev/null 2>&1; then
    return
  fi
  local found
  found=$(find_python)
  check_machine "$found"
  say "Making .venv with $("$found" --version) ..."
  "$found" -m venv --clear .venv
}

# A stamp holds the digest of everything that decides what is installed.
digest() { cat pyproject.toml constraints.txt scripts/setup.sh | $python -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'; }
is_stamped() { [ -f ".venv/.nlsh-$1" ] && [ "$(cat ".venv/.nlsh-$1")" = "$wanted" ]; }
stamp() { printf '%s' "$wanted" >".venv/.nlsh-$1"; }

install() { $python -m pip install --quiet --disable-pip-version-check -c constraints.txt "$@"; }

install_once() { # name, what to install, what to say
  is_stamped "$1" && return
  say "$3"
  install -e "$2" || stop "the packages could not be installed (see above)" "Check the network, then run this again; what was done is kept."
  stamp "$1"
}

install_semantic() {
  local listing
  is_stamped semantic && return
  if [ "$(free_kib)" -lt "$semantic_kib" ]; then
    say "Recall by meaning is left out: it needs $((semantic_kib / 1000000)) GB of room. Recall goes by words."
    return
  fi
  if ! listing=$($python -m pip install --dry-run --disable-pip-version-check -c constraints.txt -e '.[semantic]' 2>&1); then
    say "Recall by meaning is left out: its packages cannot be had here. Recall goes by words."
  elif grep -Eqi 'would install.* (nvidia|cuda)-' <<<"$listing"; then
    say "Recall by meaning is left out: only the CUDA build of torch (several GB) can be had here. Recall goes by words."
    say "  To have it, install a CPU build of torch $(sed -n 's/^torch==//p' constraints.txt) into .venv, then run this again."
  else
    say "Installing what recall by meaning will need ..."
    install -e '.[semantic]' || say "Recall by meaning could not be installed (see above). Recall goes by words."
  fi
  stamp semantic
}

make_environment
wanted=$(digest)
case $purpose in
  run)
    install_once base . "Installing nlsh; llama.cpp is compiled once, that takes a few minutes ..."
    [ "${SEMANTIC:-no}" = no ] || install_semantic
    ;;
  dev) install_once dev '.[dev]' "Installing nlsh and what its tests need; llama.cpp is compiled once, that takes a few minutes ..." ;;
  foundry) install_once foundry '.[dev,foundry]' "Installing what training needs; torch is large ..." ;;
  *) stop "there is no set-up for '$purpose'" "Say run, dev or foundry." ;;
esac
