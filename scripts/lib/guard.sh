# shellcheck shell=bash
# Tests must leave the user's data alone; this notices when one does not.
# Sourced after common.sh.

# guard_listing: every file there, with size and time of change.
guard_listing() {
  local dir
  for dir in "$ASSAY_USER_DATA_DIR" "$ASSAY_USER_WEB_DIR"; do
    if [[ -d "$dir" ]]; then
      find "$dir" -printf '%p\t%y\t%s\t%T@\n' | sort
    else
      printf 'no folder %s\n' "$dir"
    fi
  done
}

# guard_compare BEFORE: fails, naming the difference, when the folders are not as they were.
guard_compare() {
  local difference
  if difference=$(diff <(printf '%s\n' "$1") <(guard_listing)); then return 0; fi
  printf 'the tests changed the data of %s (or Assay was in use meanwhile):\n%s\n' "$USER" "$difference"
  return 1
}
