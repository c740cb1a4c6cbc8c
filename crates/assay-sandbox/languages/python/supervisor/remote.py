"""The link between tests and solution, and the solution's own objects as the tests see them.

What a solution returns that is not a plain value stays with the solution; the tests hold a
`Remote`. It can be called, iterated, indexed and so on, each time by asking the solution. What the
solution says is believed only where it does not amount to judging itself: asked "are you equal to
6?" a hostile object says yes. So a Remote never equals, orders or combines with a plain value.
"""

import collections
import types
from os import read as _read
from os import write as _write

from .codec import MAX_MESSAGE, dumps, loads
from .frames import HEADER


class Closed(BaseException):
    """The other process ended. Not an Exception: tests must not be able to swallow it."""


class Broken(BaseException):
    """The other process sent what the protocol does not know."""


class Link:
    """Messages over a connected socket's descriptor, in order, each a JSON list.

    Plain reads and writes: a socket object costs a forked process more than its whole first call.
    """

    def __init__(self, fd):
        self.fd = fd
        self._buffer = b""
        #: Bytes of the longest message received.
        self.longest = 0

    def send(self, message):
        body = dumps(message)
        frame = HEADER.pack(len(body)) + body
        try:
            sent = _write(self.fd, frame)
            while sent < len(frame):
                sent += _write(self.fd, memoryview(frame)[sent:])
        except OSError:
            raise Closed from None

    def receive(self):
        buffer = self._buffer
        fd = self.fd
        try:
            while len(buffer) < 4:
                part = _read(fd, 65536)
                if not part:
                    raise Closed
                buffer += part
            end = 4 + HEADER.unpack_from(buffer)[0]
            if end > MAX_MESSAGE + 4:
                raise Broken("a message of %d bytes" % end)
            if end > self.longest:
                self.longest = end
            if len(buffer) < end:
                parts = [buffer]
                missing = end - len(buffer)
                while missing > 0:
                    part = _read(fd, min(max(missing, 65536), 1 << 20))
                    if not part:
                        raise Closed
                    parts.append(part)
                    missing -= len(part)
                buffer = b"".join(parts)
        except OSError:
            raise Closed from None
        self._buffer = buffer[end:]
        try:
            message = loads(buffer[4:end])
        except (ValueError, RecursionError):
            raise Broken("a message that is not JSON") from None
        if type(message) is not list or not message or type(message[0]) is not str:
            raise Broken("a message without a kind")
        return message


class Remote:
    """An object of the solution's."""

    __slots__ = ("_peer", "_id", "_type", "_tainted", "_shown", "__weakref__")

    def __init__(self, peer, number, type_name, tainted=False):
        _set(self, "_peer", peer)
        _set(self, "_id", number)
        _set(self, "_type", type_name)
        # The result of combining an object with a plain value the tests supplied: it has seen
        # what may be the expected value, so what it turns into by itself is not believed.
        _set(self, "_tainted", tainted)
        # The name the tests know it by.
        _set(self, "_shown", None)

    def _ask(self, kind, *parts):
        return self._peer.request([kind, self._id, *parts])

    def _unary(self, name, *args):
        if self._tainted:
            raise TypeError(
                "%s() of the solution's own %s, combined with a plain value, is not believed"
                % (name, self._type)
            )
        return self._ask("u", name, *args)

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError("%r of the solution's own %s" % (name, self._type))
        return self._ask("g", name)

    def __setattr__(self, name, value):
        self._ask("a", name, self._peer.encode(value))

    def __eq__(self, other):
        if self is other:
            return True
        if isinstance(other, Remote):
            return bool(self._peer.binary("eq", self, other))
        return False

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return _number(self._unary("hash"), "hash")

    def __len__(self):
        return _number(self._unary("len"), "len")

    def __int__(self):
        return _number(self._unary("int"), "int")

    def __index__(self):
        return _number(self._unary("index"), "index")

    def __float__(self):
        value = self._unary("float")
        if type(value) is not float:
            raise TypeError("float() of the solution's own %s is no number" % self._type)
        return value

    def __bool__(self):
        return self._unary("bool") is True

    def __str__(self):
        return _text(self._unary("str"))

    def __repr__(self):
        return _text(self._unary("repr"))

    def __format__(self, spec):
        return format(str(self), spec)

    def __getitem__(self, key):
        return self._ask("[", self._peer.encode(key))

    def __setitem__(self, key, value):
        self._ask("]", self._peer.encode(key), self._peer.encode(value))

    def __delitem__(self, key):
        self._ask("-", self._peer.encode(key))

    def __contains__(self, wanted):
        # By looking through it, never by telling it what is looked for.
        return any(item is wanted or item == wanted for item in self)

    def __iter__(self):
        return self._peer.iterate(self._ask("i"))

    def __next__(self):
        return self._peer.next_item(self, 1)

    def __enter__(self):
        return self._ask("m", "__enter__", [])

    def __exit__(self, kind, error, trace):
        self._ask("m", "__exit__", [None, None, None])
        return False

    def __instancecheck__(self, other):
        return isinstance(other, Remote) and self._peer.binary("isinstance", other, self) is True

    def __subclasscheck__(self, other):
        return isinstance(other, Remote) and self._peer.binary("issubclass", other, self) is True


class RemoteCallable(Remote):
    """A function, method or class of the solution's."""

    __slots__ = ()

    def __call__(self, *args, **kwargs):
        return self._peer.call(self, args, kwargs)

    def __get__(self, instance, owner=None):
        # A function of the solution's that tests put into a class of theirs becomes a method.
        return self if instance is None else types.MethodType(self, instance)


_set = object.__setattr__


def _number(value, name):
    if type(value) is int or type(value) is bool:
        return value
    raise TypeError("%s() of the solution's own object is no integer" % name)


def _text(value):
    return value if type(value) is str else "<the solution's own object>"


def _unary_operator(name):
    return lambda self, *args: self._unary(name, *args)


def _binary_operator(name):
    return lambda self, other: self._peer.binary(name, self, other)


def _reflected_operator(name):
    return lambda self, other: self._peer.binary(name, other, self)


UNARY = ("abs", "neg", "pos", "invert", "round", "trunc", "floor", "ceil", "complex", "reversed")
ORDER = ("lt", "le", "gt", "ge")
BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor",
          "lshift", "rshift", "divmod")  # fmt: skip

for _name in UNARY:
    setattr(Remote, "__%s__" % _name, _unary_operator(_name))
for _name in ORDER:
    setattr(Remote, "__%s__" % _name, _binary_operator(_name))
for _name in BINARY:
    setattr(Remote, "__%s__" % _name, _binary_operator(_name))
    setattr(Remote, "__r%s__" % _name, _reflected_operator(_name))


class Items:
    """Iterates an iterator of the solution's, fetching ahead a little: never more than the
    solution makes in a millisecond (an endless generator is not a problem, nor a slow one)."""

    def __init__(self, peer, iterator):
        self._peer = peer
        self._iterator = iterator
        self._wanted = 1

    def __iter__(self):
        return self

    def __next__(self):
        item = self._peer.next_item(self._iterator, self._wanted)
        self._wanted = min(self._wanted * 2, 64)
        return item


class Ahead:
    """What was fetched of each iterator and not yet taken."""

    def __init__(self):
        self._items = collections.defaultdict(collections.deque)

    def take(self, number):
        waiting = self._items.get(number)
        return waiting.popleft() if waiting else None

    def put(self, number, entries):
        self._items[number].extend(entries)

