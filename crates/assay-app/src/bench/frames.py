"""Counts samples by model, language, strategy and problem with pandas. Usage: frames.py ROUNDS FILE...

Prints one JSON line. Imports do not count; reading the columns that are needed does.
"""

import json
import resource
import sys
import time

import pandas as pd

COLUMNS = ["model", "language", "strategy", "problem", "stage", "content", "verdict"]


def count(files):
    frames = [pd.read_parquet(file, columns=COLUMNS) for file in files]
    samples = pd.concat(frames, ignore_index=True)
    verdict = samples["verdict"]
    executed = verdict.notna() & (verdict != "infrastructure")
    no_code = verdict.isna() & samples["content"].notna()
    samples["judged"] = (samples["stage"] == "done") & (executed | no_code)
    samples["passed"] = verdict == "passed"
    groups = samples.groupby(["model", "language", "strategy", "problem"], sort=False, observed=True)
    return groups[["judged", "passed"]].sum()


def main():
    rounds, files = int(sys.argv[1]), sys.argv[2:]
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        counted = count(files)
        seconds.append(time.perf_counter() - start)
    print(
        json.dumps(
            {
                "version": pd.__version__,
                "seconds": seconds,
                "groups": len(counted),
                "judged": int(counted["judged"].sum()),
                "passed": int(counted["passed"].sum()),
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


main()
