"""What a program writes."""

import os

_PARTS = 16


class Output:
    """A stream of the program: its beginning is kept, all of it is counted."""

    def __init__(self, keep):
        self.fd, self.theirs = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self.fd, False)
        self._keep = keep
        self._kept = bytearray()
        self.total = 0

    def read(self):
        """Reads what is there, or a part of it: who writes faster than we read must not keep us from looking at the
        clock. Returns whether there may be more later."""
        for _ in range(_PARTS):
            try:
                part = os.read(self.fd, 65536)
            except BlockingIOError:
                return True
            if not part:
                return False
            self.total += len(part)
            missing = self._keep - len(self._kept)
            if missing > 0:
                self._kept += part[:missing]
            if len(part) < 65536:
                # Drained, or nearly: the loop comes back when there is more.
                return True
        return True

    def text(self):
        return self._kept.decode("utf-8", "replace")

    @property
    def truncated(self):
        return self.total > len(self._kept)

    def close(self):
        os.close(self.fd)
