# shellcheck shell=bash
# System packages, by apt. Sourced after common.sh.

# To compile the engine of the program and its command line (llama.cpp is C++).
# shellcheck disable=SC2034  # these lists are read by the files that source this one
PACKAGES_BUILD=(build-essential pkg-config cmake clang libclang-dev)
# To compile and open the window.
# shellcheck disable=SC2034
PACKAGES_WINDOW=(libwebkit2gtk-4.1-dev librsvg2-dev libxdo-dev)
# To drive the window without a screen, to read the PDFs it makes, to keep keys in a real keyring, to check
# these scripts.
# shellcheck disable=SC2034
PACKAGES_TEST=(xvfb xauth webkit2gtk-driver dbus-x11 gnome-keyring fonts-dejavu-core poppler-utils shellcheck)

# missing_packages NAME...: those not installed, one a line. Asks dpkg only, which
# takes milliseconds and no rights.
missing_packages() {
  local installed name
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
    sed -n 's/^installed //p') || true
  for name in "$@"; do
    grep -qxF -- "$name" <<<"$installed" || printf '%s\n' "$name"
  done
}

# need_packages WHY NAME...: install those that are missing, or say what to do.
need_packages() {
  local why=$1
  shift
  if [[ "${ASSAY_SKIP_PACKAGES:-}" == 1 ]]; then return 0; fi
  if ! is_debian_like; then
    fail "this script installs packages on Debian and Ubuntu only (needed for $why)" \
      "install the equivalents of: $*" \
      "then start again with ASSAY_SKIP_PACKAGES=1"
  fi
  local -a missing
  mapfile -t missing < <(missing_packages "$@")
  [[ ${#missing[@]} -eq 0 ]] && return 0
  if ! can_be_root; then
    fail "missing system packages, and neither root nor sudo is here (needed for $why)" \
      "ask an administrator to run: apt-get install -y ${missing[*]}"
  fi
  say "Installing system packages for $why: ${missing[*]}"
  # Another apt may be at work: wait for it rather than fail.
  local -a apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
  if ! as_root "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >&2; then
    detail "not found in the package lists as they are: refreshing them"
    as_root "${apt[@]}" update </dev/null >&2 ||
      fail "the package lists could not be refreshed" "is the network up? try: apt-get update"
    as_root "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >&2 ||
      fail "these packages could not be installed: ${missing[*]}" \
        "the lines above say why; put it right and start again"
  fi
}
