# shellcheck shell=bash
# Tests must leave the user's data alone; this notices when one does not.
# Sourced after common.sh.

# guard_listing: every file there, with size and time of change.
guard_listing() {
  [[ -d "$ASSAY_USER_DATA_DIR" ]] || {
    echo 'no such folder'
    return 0
  }
  find "$ASSAY_USER_DATA_DIR" -printf '%P\t%y\t%s\t%T@\n' | sort
}

# guard_compare BEFORE: fails, naming the difference, when the folder is not as it was.
guard_compare() {
  local difference
  if difference=$(diff <(printf '%s\n' "$1") <(guard_listing)); then return 0; fi
  printf 'the tests changed %s:\n%s\n' "$ASSAY_USER_DATA_DIR" "$difference"
  return 1
}
