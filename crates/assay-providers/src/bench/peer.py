"""Times lm-evaluation-harness' local-completions. Usage: peer.py URL REQUESTS CONCURRENCY

Prints one JSON line: {"wall_s": seconds, "cpu_s": seconds, "answered": requests}. Imports, and one
request that opens what is opened once, do not count.
"""

import json
import logging
import os
import resource
import sys
import time

from lm_eval.api.instance import Instance
from lm_eval.models.openai_completions import LocalCompletionsAPI


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def ask(model, numbers):
    return model.generate_until(
        [
            Instance(
                request_type="generate_until",
                doc={},
                arguments=(
                    f'def add_{n}(a, b):\n    """Return the sum of a and b."""\n',
                    {"until": ["\ndef ", "\nclass "], "max_gen_toks": 64, "temperature": 0.0},
                ),
                idx=0,
            )
            for n in numbers
        ],
        disable_tqdm=True,
    )


if __name__ == "__main__":
    url, requests, concurrency = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    logging.disable(logging.CRITICAL)
    answer = os.dup(1)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    model = LocalCompletionsAPI(
        base_url=url + "/completions",
        model="bench",
        num_concurrent=concurrency,
        max_retries=3,
        tokenized_requests=False,
        tokenizer_backend=None,
    )
    ask(model, range(-concurrency, 0))
    used, start = cpu(), time.perf_counter()
    texts = ask(model, range(requests))
    wall, used = time.perf_counter() - start, cpu() - used
    answered = sum(text == "    return a + b\n" for text in texts)
    line = {"wall_s": wall, "cpu_s": used, "answered": answered}
    os.write(answer, json.dumps(line).encode() + b"\n")
