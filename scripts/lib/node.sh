# shellcheck shell=bash
# Node.js and the npm packages of the window. Sourced after common.sh and packages.sh.

# What Vite and Vitest run on: 20 from 20.19, 22 from 22.12, and whatever is newer.
NODE_NEEDED=20.19
NODE_NEEDED_OF_22=22.12
# Where ours goes, when the system has none or too old a one.
NODE_OWN_DIR="$ASSAY_CACHE_DIR/node"
NODE_OWN_VERSION=22

_node_version() { node --version 2>/dev/null | sed 's/^v//' || true; }

_node_is_enough() {
  local found least=$NODE_NEEDED
  found=$(_node_version)
  [[ -n "$found" ]] && have npm || return 1
  # 21 and the first of 22 lack what came to 20 later.
  if [[ "$found" == 21.* || "$found" == 22.* ]]; then least=$NODE_NEEDED_OF_22; fi
  [[ $(printf '%s\n' "$least" "$found" | sort -V | head -n 1) == "$least" ]]
}

_node_own_path() {
  local bin
  for bin in "$NODE_OWN_DIR"/node_modules/node-linux-*/bin; do
    if [[ -x "$bin/node" ]]; then PATH="$bin:$NODE_OWN_DIR/node_modules/.bin:$PATH"; fi
  done
  hash -r
}

# node_ensure: a Node.js that is new enough, and npm, on the PATH.
node_ensure() {
  _node_is_enough && return 0
  _node_own_path
  _node_is_enough && return 0

  local found machine
  found=$(_node_version)
  if [[ -n "$found" ]]; then
    say "Node.js $found is here, but the window needs $NODE_NEEDED or newer: fetching Node.js $NODE_OWN_VERSION into $NODE_OWN_DIR"
  else
    say "No Node.js is here: fetching Node.js $NODE_OWN_VERSION into $NODE_OWN_DIR (your system's, which may be old, fetches it)"
  fi
  case "$(uname -m)" in
    x86_64) machine=x64 ;;
    aarch64) machine=arm64 ;;
    *) fail "no ready-made Node.js for $(uname -m)" "install Node.js $NODE_NEEDED or newer with npm and start again" ;;
  esac
  # Any npm will do for fetching: npm's registry carries Node.js itself.
  have npm || need_packages 'fetching Node.js' nodejs npm
  mkdir -p "$NODE_OWN_DIR"
  npm install --prefix "$NODE_OWN_DIR" --no-audit --no-fund --loglevel=error \
    "node-linux-$machine@$NODE_OWN_VERSION" npm@10 </dev/null >&2 ||
    fail 'Node.js could not be fetched' "install Node.js $NODE_NEEDED or newer with npm and start again"
  _node_own_path
  _node_is_enough ||
    fail "Node.js $NODE_NEEDED or newer is needed, and the one fetched does not run" \
      "install Node.js $NODE_NEEDED or newer with npm and start again"
}

# npm_packages DIR: what DIR/package-lock.json says, once for each state of that file.
npm_packages() {
  local dir=$1 wanted stamp
  [[ -f "$dir/package-lock.json" ]] || fail "$dir/package-lock.json is missing" 'is the clone complete? try: git status'
  stamp=$dir/node_modules/.assay-installed
  wanted="$(sha256sum <"$dir/package-lock.json") node $(_node_version)"
  if [[ -f "$stamp" && "$(cat "$stamp")" == "$wanted" ]]; then return 0; fi
  say "Installing the npm packages of $dir (npm ci)"
  (cd "$dir" && npm ci --no-audit --no-fund --loglevel=error </dev/null >&2) ||
    fail "the npm packages of $dir could not be installed" "the lines above say why; by hand: cd $dir && npm ci"
  printf '%s' "$wanted" >"$stamp"
}

# front_end: ui/dist, built when anything it is made of has changed.
front_end() {
  local wanted stamp=ui/node_modules/.assay-built
  wanted=$(find ui -name node_modules -prune -o -path ui/dist -prune -o -type f -print0 |
    sort -z | xargs -0 sha256sum | sha256sum)
  if [[ -f ui/dist/index.html && -f "$stamp" && "$(cat "$stamp")" == "$wanted" ]]; then return 0; fi
  say 'Building the front end (npm run build in ui)'
  (cd ui && npm run --silent build </dev/null >&2) || fail 'the front end did not build' 'by hand: cd ui && npm run build'
  # The binary carries these files inside and is made again when they change.
  touch src-tauri/build.rs
  printf '%s' "$wanted" >"$stamp"
}
