#!/usr/bin/env python3
"""Times scipy's bootstrap on scores from standard input, a JSON list of models; `speed.rs` starts it.

    python speed.py RESAMPLES < scores.json

Prints the seconds of each run: of one vectorized call for all models, and of a call a model; and the bounds.
"""

import json
import sys
import time

import numpy
import scipy
import scipy.stats

scores = numpy.array(json.load(sys.stdin))
resamples = int(sys.argv[1])


def bootstrap(data, rng):
    return scipy.stats.bootstrap(
        (data,), numpy.mean, axis=-1, vectorized=True, n_resamples=resamples, method="BCa",
        confidence_level=0.95, rng=rng).confidence_interval


def measure(runs, run):
    run()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return seconds


interval = bootstrap(scores, numpy.random.default_rng(1))
json.dump({
    "versions": {"scipy": scipy.__version__, "numpy": numpy.__version__},
    "bounds": [[float(low), float(high)] for low, high in zip(interval.low, interval.high)],
    "vectorized": measure(7, lambda: bootstrap(scores, numpy.random.default_rng(1))),
    "each": measure(5, lambda: [bootstrap(of, numpy.random.default_rng(1)) for of in scores]),
}, sys.stdout)
