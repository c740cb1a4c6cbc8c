# shellcheck shell=bash
# Phases of the test run: each goes on when an earlier one failed, is timed, and its
# tests are counted from what the test tool itself wrote. Sourced after common.sh.

_phase_names=() _phase_results=() _phase_seconds=()
_phase_passed=() _phase_failed=()

# phase NAME COUNTER COMMAND...: run COMMAND and note how it went. COUNTER is a function
# that is given the log and prints "PASSED FAILED"; `count_one` for a plain check.
phase() {
  local name=$1 counter=$2 log out tee start status=0 passed failed
  shift 2
  log=$PHASE_LOGS/${name// /-}.log
  say "$name"
  start=$SECONDS
  # Not in an `if`: that would switch `set -e` off inside functions given as COMMAND.
  set +e
  exec {out}> >(exec tee "$log")
  tee=$!
  (
    set -euo pipefail
    "$@"
  ) >&"$out" 2>&1 {out}>&- </dev/null
  status=$?
  exec {out}>&-
  _phase_log_ends "$tee"
  set -e
  read -r passed failed < <("$counter" "$log" "$status")
  # A tool that failed without a failed test to show (it did not compile, it crashed)
  # counts as one failure; one that ran nothing has shown nothing.
  if ((status != 0 && failed == 0)); then failed=1; fi
  if ((status == 0 && passed + failed == 0)); then
    detail "$name ran no test at all"
    failed=1
  fi
  _phase_names+=("$name") _phase_seconds+=($((SECONDS - start)))
  _phase_passed+=("$passed") _phase_failed+=("$failed")
  if ((failed == 0)); then _phase_results+=(ok); else _phase_results+=(FAILED); fi
}

# _phase_log_ends TEE: when the log is whole. A process that a test left behind may hold it
# open for ever: it is not waited for longer than 10 s.
_phase_log_ends() {
  local i
  for ((i = 0; i < 100; i++)); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  detail 'something this phase started is still running'
  kill "$1" 2>/dev/null
}

# phases_summary: the table and the closing line; fails when anything failed.
phases_summary() {
  local i passed=0 failed=0
  printf '\n%-28s %-7s %7s %8s %8s\n' phase result passed failed seconds
  for i in "${!_phase_names[@]}"; do
    printf '%-28s %-7s %7d %8d %8d\n' "${_phase_names[i]}" "${_phase_results[i]}" \
      "${_phase_passed[i]}" "${_phase_failed[i]}" "${_phase_seconds[i]}"
    passed=$((passed + _phase_passed[i]))
    failed=$((failed + _phase_failed[i]))
  done
  printf '%-28s %-7s %7s %8s %8d\n' 'whole run' '' '' '' "$SECONDS"
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0 && passed > 0))
}

_plain() { sed 's/\x1b\[[0-9;]*m//g' "$1"; }

# _sum_of PATTERN LOG: the sum of the numbers PATTERN captures.
_sum_of() {
  _plain "$2" | sed -nE "s/.*$1.*/\\1/p" | awk '{ s += $1 } END { print s + 0 }'
}

count_one() { if (($2 == 0)); then echo '1 0'; else echo '0 1'; fi; }

# nextest: "Summary [ 1.2s] 12 tests run: 10 passed (1 slow), 1 failed, 1 timed out, 3 skipped"
count_nextest() {
  local line
  line=$(_plain "$1" | grep -E '^ *Summary \[' | tail -n 1)
  awk -v line="$line" 'function n(p) { return match(line, "[0-9]+ " p) ? substr(line, RSTART, RLENGTH) + 0 : 0 }
    BEGIN { print n("passed"), n("failed") + n("timed out") + n("exec failed") }'
}

# rustdoc: "test result: ok. 3 passed; 0 failed; ..."
count_rustdoc() {
  echo "$(_sum_of 'test result:.* ([0-9]+) passed' "$1") $(_sum_of 'test result:.* ([0-9]+) failed' "$1")"
}

# vitest: "      Tests  1 failed | 11 passed (12)"
count_vitest() {
  echo "$(_sum_of '^ *Tests +.*[^0-9]([0-9]+) passed' "$1") $(_sum_of '^ *Tests +.*[^0-9]([0-9]+) failed' "$1")"
}

# mocha: "  7 passing (31s)", "  1 pending", "  1 failing", at the end. With --bail it stops at the first
# failure and does not say how many tests were left. What is pending was skipped: that shows nothing.
count_mocha() {
  echo "$(_sum_of '^ *([0-9]+) passing( |$)' "$1") $(_sum_of '^ *([0-9]+) (failing|pending)$' "$1")"
}
