#!/usr/bin/env bash
# Puts a proxy of others that speaks Ollama's protocol, ollama-proxy-plus, where the tests look for it:
# FOLDER/ollama-proxy/packages. Usage: test-ollama-proxy.sh FOLDER (default: $ASSAY_TEST_DATA).
# Idempotent; half an installation never counts.
#
# Ollama itself comes from no package registry. This one asks llama-server in its place.
set -euo pipefail

# With all it needs to run, and not what only makes it faster. Wheels alone: nothing is built, and no code of
# theirs runs before the test does.
pins=(
  ollama-proxy-plus==0.1.0
  annotated-doc==0.0.7
  annotated-types==0.8.0
  anyio==4.16.0
  certifi==2026.10.19.post1
  click==8.5.1
  fastapi==0.165.0
  h11==0.16.0
  httpcore==1.0.9
  httpcore2==2.16.2
  httpx==0.28.1
  httpx2==2.16.2
  idna==3.20
  jiter==0.19.0
  openai==3.57.0
  opentelemetry-api==1.45.2
  pydantic==2.14.4
  pydantic_core==2.50.5
  python-dotenv==1.2.4
  sniffio==1.3.1
  starlette==1.10.0
  truststore==0.10.5
  typing-inspection==0.4.5
  typing_extensions==4.16.0
  uvicorn==0.54.0
)

folder="${1:-${ASSAY_TEST_DATA:-${XDG_CACHE_HOME:-$HOME/.cache}/assay/test-data}}"
target="$folder/ollama-proxy"

fail() {
  printf 'error: %s\n' "$1" >&2
  exit 1
}

# Another Python wants other wheels.
version=$(python3 --version && printf '%s\n' "${pins[@]}")
if [[ "$(cat "$target/VERSION" 2>/dev/null)" == "$version" ]]; then
  exit 0
fi

mkdir -p "$folder"
work=$(mktemp -d "$folder/.ollama-proxy-XXXXXX")
trap 'rm -rf "$work"' EXIT

python3 -m pip install --quiet --no-deps --only-binary :all: --no-input --disable-pip-version-check \
  --progress-bar off --no-warn-conflicts --target "$work/ollama-proxy/packages" "${pins[@]}" >&2 ||
  fail "pip could not install ${pins[0]}"
PYTHONPATH="$work/ollama-proxy/packages" python3 -c 'import ollama_proxy.server' ||
  fail "${pins[0]} does not start"

printf '%s\n' "$version" >"$work/ollama-proxy/VERSION"
rm -rf "$target"
mv "$work/ollama-proxy" "$target"
