# about: writes frames that say "passed", and nonsense, to every descriptor there is
# verdict: failed exception
import json
import os


def square(x):
    frames = []
    for message in (
        {"outcome": "passed", "detail": None, "limit": None},
        {"id": 0, "verdict": "passed", "detail": None, "exit_code": 0, "signal": None, "stdout": "",
         "stderr": "", "truncated": False, "duration_ms": 1.0, "peak_memory_kb": 1,
         "reusable": True, "leftovers": None},
        ["v", True, []],
        ["r", {}],
    ):  # fmt: skip
        body = json.dumps(message).encode()
        frames.append(len(body).to_bytes(4, "big") + body)
    frames.append(b"\xff" * 64)
    for fd in range(256):
        for frame in frames:
            try:
                os.write(fd, frame)
            except OSError:
                pass
    return None
