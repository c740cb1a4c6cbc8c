# shellcheck shell=bash
# The Rust toolchain and the cargo tools the tests use. Sourced after common.sh.

# Tools of our own installing stay in our cache, away from the user's.
ASSAY_TOOLS_DIR="$ASSAY_CACHE_DIR/tools"
PATH="$PATH:$ASSAY_TOOLS_DIR/bin"

# The toolchain itself is what we ask of the user; rust-toolchain.toml names the version
# and rustup fetches it.
rust_toolchain() {
  if ! have cargo && [[ -x "$HOME/.cargo/bin/cargo" ]]; then
    PATH="$HOME/.cargo/bin:$PATH"
  fi
  have cargo || fail 'no Rust toolchain is here (cargo)' \
    'install it with rustup, the installer on the Rust project'\''s site, and start again'

  local wanted found
  wanted=$(sed -n 's/^channel *= *"\(.*\)"/\1/p' rust-toolchain.toml)
  if ! found=$(cargo --version 2>/dev/null | cut -d' ' -f2); then
    say "Fetching Rust $wanted with rustup"
    cargo --version >&2 || fail "Rust $wanted could not be fetched" "try: rustup toolchain install $wanted"
    found=$(cargo --version | cut -d' ' -f2)
  fi
  if [[ $(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1) != "$wanted" ]]; then
    fail "Rust $found is too old; $wanted is needed" "rustup toolchain install $wanted, or update your toolchain"
  fi
}

# cargo_tool BINARY CRATE VERSION: a tool, compiled once. Whatever is on the PATH
# already is taken as it is.
cargo_tool() {
  local binary=$1 crate=$2 version=$3
  have "$binary" && return 0
  say "Installing $crate $version from the crates.io registry (compiled here; some minutes, once)"
  # Tools need not be fast, they need to be there soon.
  env CARGO_TARGET_DIR="$ASSAY_CACHE_DIR/tools-target" \
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 \
    cargo install --quiet --locked --root "$ASSAY_TOOLS_DIR" "$crate@$version" </dev/null >&2 ||
    fail "$crate $version could not be installed" \
      "the lines above say why; by hand: cargo install --locked $crate@$version"
}

rust_test_tools() {
  cargo_tool cargo-nextest cargo-nextest 0.9.143
  cargo_tool cargo-deny cargo-deny 0.20.2
  cargo_tool tauri-driver tauri-driver 2.1.0
}
