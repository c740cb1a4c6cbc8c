"""Messages over a byte stream: four bytes of length, big-endian, then that many bytes of JSON."""

import os
import struct

HEADER = struct.Struct(">I")
#: A job (program and tests) or an answer may not be longer.
MAX_FRAME = 64 * 1024 * 1024


class FrameError(Exception):
    """The other side sent something that is not a frame."""


def read_frame(fd):
    """The next frame's bytes, or None when the other side closed between frames."""
    header = _read_exact(fd, HEADER.size)
    if header is None:
        return None
    (length,) = HEADER.unpack(header)
    if length > MAX_FRAME:
        raise FrameError("a frame of %d bytes" % length)
    body = _read_exact(fd, length)
    if body is None and length:
        raise FrameError("closed inside a frame")
    return body or b""


def write_frame(fd, body):
    view = memoryview(HEADER.pack(len(body)) + body)
    while view:
        view = view[os.write(fd, view) :]


def _read_exact(fd, length):
    parts = []
    missing = length
    while missing:
        part = os.read(fd, min(missing, 1 << 20))
        if not part:
            if missing == length:
                return None
            raise FrameError("closed inside a frame")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
