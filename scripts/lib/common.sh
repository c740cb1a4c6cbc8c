# shellcheck shell=bash
# What every script here shares: where things live, and how we speak.
# Sourced, never run.

# A machine without a login (a CI job) may leave these unset.
if [[ -z "${HOME:-}" ]]; then
  HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
  export HOME
fi
USER=${USER:-$(id -un)}
export USER

# Our own folders, by the XDG rules. Nothing outside them is written, except by
# the system's package manager.
ASSAY_CACHE_DIR="${XDG_CACHE_HOME:-$HOME/.cache}/assay"
# shellcheck disable=SC2034  # read by the files that source this one
ASSAY_STATE_DIR="${XDG_STATE_HOME:-$HOME/.local/state}/assay"
# shellcheck disable=SC2034
ASSAY_USER_DATA_DIR="${XDG_DATA_HOME:-$HOME/.local/share}/assay"
# The web view keeps its own things beside it, under the window's identifier.
# shellcheck disable=SC2034
ASSAY_USER_WEB_DIR="${XDG_DATA_HOME:-$HOME/.local/share}/dev.assay.desktop"

# Compiled code lives in the cache, so that a second clone does not compile the
# dependencies again.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$ASSAY_CACHE_DIR/target}"
# Relative to the clone, as Cargo takes it; some steps work in another folder.
[[ $CARGO_TARGET_DIR == /* ]] || CARGO_TARGET_DIR=$PWD/$CARGO_TARGET_DIR

if [[ -t 2 && -z "${NO_COLOR:-}" ]]; then
  _bold=$'\e[1m' _red=$'\e[31m' _reset=$'\e[0m'
else
  _bold='' _red='' _reset=''
fi

# say TEXT...: what is about to happen. On standard error, so that standard
# output stays for results.
say() { printf '%s==>%s %s\n' "$_bold" "$_reset" "$*" >&2; }

# detail TEXT...: more about the line above.
detail() { printf '    %s\n' "$*" >&2; }

# fail MESSAGE [HINT...]: the message, what to do about it, and the end.
fail() {
  printf '%serror:%s %s\n' "$_red" "$_reset" "$1" >&2
  shift
  local hint
  for hint in "$@"; do printf '  hint: %s\n' "$hint" >&2; done
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# as_root COMMAND...: run with the administrator's rights.
as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    fail "administrator's rights are needed for: $*" \
      "install sudo, or run that command as root and start again"
  fi
}

can_be_root() { [[ $EUID -eq 0 ]] || have sudo; }

# is_debian_like: true where apt and dpkg rule.
is_debian_like() { have apt-get && have dpkg-query; }
