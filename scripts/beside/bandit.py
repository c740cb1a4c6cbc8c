"""MABWiser's side of `scripts/beside/bandit`, and the comparison."""

import json
import pathlib
import statistics
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "crates/assay-bandit/tests/fixtures"))
sys.dont_write_bytecode = True


def measure(decisions, dimension, count):
    import numpy as np
    from importlib.metadata import version
    from mabwiser.mab import MAB, LearningPolicy

    from stream import Stream

    stream = Stream(11, dimension, count)
    rounds = [stream.round() for _ in range(decisions)]
    rounds = [(np.array([context]), rewards) for context, rewards in rounds]
    mab = MAB(arms=list(range(count)), learning_policy=LearningPolicy.LinUCB(alpha=1.0, l2_lambda=1))
    digest = 0
    started = time.perf_counter()
    for i, (context, rewards) in enumerate(rounds):
        if i == 0:
            # It cannot choose before it has learned; all arms are equal then.
            arm = 0
            mab.fit([arm], [rewards[arm]], context)
        else:
            arm = mab.predict(context)
            mab.partial_fit([arm], [rewards[arm]], context)
        digest = (digest * 31 + arm) & ((1 << 64) - 1)
    seconds = time.perf_counter() - started
    print(json.dumps({"decisions": decisions, "seconds": seconds, "digest_of_arms": digest, "version": version("mabwiser")}))


def compare(work):
    read = lambda name: [json.loads(line) for line in (pathlib.Path(work) / name).read_text().splitlines()]
    ours, million, theirs = read("ours"), read("million"), read("theirs")
    digests = {run["digest_of_arms"] for run in ours + theirs}
    if len(digests) != 1 or any(run["chosen_differently"] for run in ours + million):
        sys.exit("the two sides did not choose the same arms")
    n = theirs[0]["decisions"]

    def show(name, seconds, decisions):
        each = [1e6 * s / decisions for s in seconds]
        print(f"{name:<58} {statistics.median(seconds):9.4f} s   {statistics.median(each):9.2f} us a decision ({min(each):.2f} to {max(each):.2f})")
        return statistics.median(each)

    print(f"both chose the same arms in all {n} decisions; medians of {len(ours)} rounds")
    peer = show(f"MABWiser {theirs[0]['version']}, predict and partial_fit, {n}", [r["seconds"] for r in theirs], n)
    by_place = show(f"assay-bandit, choose and learn, {n}", [r["choose_and_learn_seconds"] for r in ours], n)
    by_name = show(f"assay-bandit, decide and update, {n}", [r["decide_and_update_seconds"] for r in ours], n)
    show("assay-bandit, choose and learn, 1,000,000", [r["choose_and_learn_seconds"] for r in million], 1_000_000)
    show("assay-bandit, decide and update, 1,000,000", [r["decide_and_update_seconds"] for r in million], 1_000_000)
    print(f"MABWiser takes {peer / by_place:.0f} times as long as choose and learn, {peer / by_name:.0f} times as long as decide and update")


if __name__ == "__main__":
    if sys.argv[1] == "measure":
        measure(*map(int, sys.argv[2:5]))
    else:
        compare(sys.argv[2])
