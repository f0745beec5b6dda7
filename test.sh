#!/usr/bin/env bash
# Builds everything and runs every test, as it is released: simulations take a fraction of the time.
# Arguments go to `dotnet test`, e.g. ./test.sh --filter Selection
# Ends with one line `N passed, N failed[, N skipped]`; the exit status is 0 when none failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

log=$(mktemp)
trap 'rm -f "$log"' EXIT

if ! dotnet build MuLambda.Aspire.sln -c Release --nologo -v minimal; then
  echo "0 passed, 1 failed"
  exit 1
fi

dotnet test MuLambda.Aspire.sln -c Release --no-build --nologo "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

if ((status != 0)); then
  echo "Failed tests:"
  grep -E '^ +(Failed .*\[[^]]*\]$|Error Message:)' -A 2 "$log" | grep -v '^--$' || echo "  none was named: the run broke off"
fi

# One summary line a test project: "Passed! - Failed: 0, Passed: 14, Skipped: 0, Total: 14, ..."
awk -v status="$status" '
  /^(Passed|Failed|Skipped)! +- Failed:/ {
    gsub(",", "")
    for (i = 1; i < NF; i++) {
      if ($i == "Failed:") failed += $(i + 1)
      if ($i == "Passed:") passed += $(i + 1)
      if ($i == "Skipped:") skipped += $(i + 1)
    }
  }
  END {
    # A run that broke off without counting a failure has failed all the same.
    if (status != 0 && failed == 0) failed = 1
    printf "%d passed, %d failed", passed, failed
    if (skipped > 0) printf ", %d skipped", skipped
    printf "\n"
    exit (failed > 0 || passed == 0)
  }' "$log"
