"""The program under judgement, in a process of its own.

It gets its source over the link and nothing else. It answers calls; what it answers are values,
never judgements. Everything here is in the program's reach and may be broken by it: that breaks
the program's own chances and nothing else.
"""

import atexit
import builtins
import errno
import gc
import linecache
import operator
import os
import sys
import time
import traceback
import types

from .codec import Codec, Unplain, may_change, stdlib_module
from .remote import Broken, Closed, Link

NAME = "solution"

_UNARY = {
    "abs": abs, "neg": operator.neg, "pos": operator.pos, "invert": operator.invert,
    "round": round, "trunc": lambda value: value.__trunc__(),
    "floor": lambda value: value.__floor__(), "ceil": lambda value: value.__ceil__(),
    "complex": complex, "reversed": reversed, "hash": hash, "len": len, "int": int,
    "index": operator.index, "float": float, "bool": bool, "str": str, "repr": repr,
}  # fmt: skip
_BINARY = {
    name: getattr(operator, name, None) or getattr(operator, name + "_", None)
    for name in ("eq", "lt", "le", "gt", "ge", "add", "sub", "mul", "truediv", "floordiv", "mod",
                 "pow", "matmul", "and", "or", "xor", "lshift", "rshift")
}  # fmt: skip
_BINARY.update(divmod=divmod, isinstance=isinstance, issubclass=issubclass)
#: Types that both sides have and that hold nothing of the program.
SHARED_TYPES = tuple(
    value
    for name, value in vars(builtins).items()
    if isinstance(value, type) and not name.startswith("_")
)


class Callback:
    """A function of the tests' that the program was given."""

    def __init__(self, peer, number, name):
        self._peer = peer
        self._number = number
        self.__name__ = self.__qualname__ = name

    def __call__(self, *args, **kwargs):
        return self._peer.call_back(self._number, args, kwargs)


class Peer(Codec):
    """The solution's end of the link."""

    def __init__(self, link, module):
        Codec.__init__(self)
        self.link = link
        self.module = module
        self.process = os.getpid()
        self._objects = []
        self._numbers = {}
        self._error = None
        self._last = None

    # -- values ---------------------------------------------------------------------------------

    def refer(self, value):
        if isinstance(value, Callback) and value._peer is self:
            return ["f", value._number]
        if isinstance(value, type):
            for shared in SHARED_TYPES:
                if value is shared:
                    return ["y", value.__name__]
        kind = 1 if callable(value) else 0
        return ["h", self._number(value), type(value).__name__, kind]

    def _number(self, value):
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._objects)
            self._objects.append(value)
        return number

    def resolve(self, message):
        tag = message[0]
        if tag == "h":
            return self._objects[message[1]]
        if tag == "f":
            return Callback(self, message[1], message[2])
        if tag == "o":
            return find_object(message[1], message[2])
        return Codec.resolve(self, message)

    def describe(self, name, value):
        """What the tests are told of a name the program defined; None: they may ask."""
        if type(value) is types.ModuleType:
            return ["m", value.__name__]
        if isinstance(value, type) and issubclass(value, BaseException):
            return ["E", *self._class(value)]
        if callable(value) or type(value).__module__ == "typing":
            module = getattr(value, "__module__", None)
            path = getattr(value, "__qualname__", None) or getattr(value, "_name", None)
            if type(module) is str and type(path) is str and stdlib_module(module):
                return ["o", module, path, self.refer(value)]
            return self.refer(value)
        if type(value) in (type(None), bool, int, float, str):
            return value
        return None

    def _class(self, kind):
        bases = [
            base.__name__ for base in kind.__mro__ if getattr(builtins, base.__name__, None) is base
        ]
        return [kind.__name__, bases]

    def error_message(self, error):
        self._error = error
        try:
            args = self.encode(error.args)
        except (Unplain, RecursionError):
            args = None
        try:
            text = str(error)[:2000]
        except Exception:
            text = ""
        return ["x", *self._class(type(error)), args, text, limit_of(error)]

    # -- the conversation -----------------------------------------------------------------------

    def converse(self, waiting=False):
        """Serves the tests' requests; returns when they close the link or, when `waiting`, with
        the answer to a callback."""
        while True:
            message = self.link.receive()
            kind = message[0]
            if waiting and kind == "v":
                return self.decode(message[1])
            if waiting and kind == "x":
                raise RuntimeError("a function of the tests raised %s" % message[1])
            self._answer(kind, message)
            # A fork that came back into this loop is not the program.
            if os.getpid() != self.process:
                os._exit(0)

    def _answer(self, kind, message):
        self._last = None
        try:
            reply = _REQUESTS[kind](self, message)
        except (Closed, Broken):
            raise
        except BaseException as error:
            reply = self.error_message(error)
        if os.getpid() != self.process:
            os._exit(0)
        flush()
        try:
            self.link.send(reply)
        except Unplain:
            # Too long to be sent: the tests get a reference to it.
            self.link.send(["v", self.refer(self._last)])

    def _reply(self, value):
        self._last = value
        return ["v", self.encode_whole(value)]

    def call_back(self, number, args, kwargs):
        self.link.send(["k", number, [self.encode_whole(arg) for arg in args],
                        {name: self.encode_whole(arg) for name, arg in kwargs.items()}])  # fmt: skip
        return self.converse(waiting=True)

    def _call(self, message):
        function = self._objects[message[1]]
        sent = message[2]
        args = [self.decode(arg) for arg in sent]
        kwargs = {name: self.decode(arg) for name, arg in message[3].items()} if message[3] else {}
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            return [*self.error_message(error), self._changes(args, sent)]
        changes = self._changes(args, sent)
        for index, arg in enumerate(args):
            if result is arg and may_change(arg):
                return ["v", ["A", index], changes]
        reply = self._reply(result)
        reply.append(changes)
        return reply

    def _changes(self, args, sent):
        """The arguments that are not what they were when they came."""
        changes = []
        for index, arg in enumerate(args):
            if may_change(arg):
                now = self.encode_whole(arg)
                if now != sent[index]:
                    changes.append([index, now])
        return changes

    def _method(self, message):
        method = getattr(self._objects[message[1]], message[2])
        return self._reply(method(*[self.decode(arg) for arg in message[3]]))

    def _next(self, message):
        iterator = self._objects[message[1]]
        items = []
        deadline = time.perf_counter() + 0.001
        for _ in range(message[2]):
            try:
                items.append(self.encode_whole(next(iterator)))
            except BaseException as error:
                end = None if isinstance(error, StopIteration) else self.error_message(error)
                return ["v", items, True, end]
            if time.perf_counter() > deadline:
                break
        return ["v", items, False, None]

    def _set_attribute(self, message):
        setattr(self._objects[message[1]], message[2], self.decode(message[3]))
        return ["v", None]

    def _set_item(self, message):
        self._objects[message[1]][self.decode(message[2])] = self.decode(message[3])
        return ["v", None]

    def _delete_item(self, message):
        del self._objects[message[1]][self.decode(message[2])]
        return ["v", None]

    def _trace(self, message):
        if self._error is not None:
            print_exception(self._error)
        return ["v", None]


_REQUESTS = {
    "c": Peer._call,
    "m": Peer._method,
    "n": Peer._next,
    "a": Peer._set_attribute,
    "]": Peer._set_item,
    "-": Peer._delete_item,
    "!": Peer._trace,
    "i": lambda peer, m: ["v", ["h", peer._number(iter(peer._objects[m[1]])), "iterator", 0]],
    "g": lambda peer, m: peer._reply(getattr(peer._objects[m[1]], m[2])),
    "[": lambda peer, m: peer._reply(peer._objects[m[1]][peer.decode(m[2])]),
    "u": lambda peer, m: peer._reply(_UNARY[m[2]](peer._objects[m[1]], *m[3:])),
    "b": lambda peer, m: peer._reply(_BINARY[m[1]](peer.decode(m[2]), peer.decode(m[3]))),
    "G": lambda peer, m: peer._reply(vars(peer.module)[m[1]]),
}


def find_object(module, path):
    """The object at `path` (`Class.method`) in a module of the standard library."""
    if not stdlib_module(module):
        raise ValueError("%s is not in the standard library" % module)
    value = __import__(module, fromlist=["*"])
    for name in path.split("."):
        value = getattr(value, name)
    return value


#: Where the data set's own code stands in a traceback.
SETUP = "<setup>"


def main(fd, script):
    """Runs the program that arrives over `fd`. Does not return."""
    os.set_inheritable(fd, False)
    gc.enable()
    link = Link(fd)
    try:
        _, source, file, setup = link.receive()
    except Closed:
        os._exit(0)
    # For tracebacks; read when one is made.
    linecache.cache[file] = (lambda: source,)
    module = types.ModuleType("__main__" if script else NAME)
    module.__file__ = file
    sys.modules[module.__name__] = module
    sys.argv = [file]
    if script:
        run_script(link, source, file, module)
    peer = Peer(link, module)
    try:
        code = compile(source, file, "exec", dont_inherit=True)
    except _COMPILE_ERRORS as error:
        link.send(["s", describe_error(error)])
        os._exit(0)
    try:
        if setup:
            exec(compile(setup, SETUP, "exec", dont_inherit=True), module.__dict__)
        exec(code, module.__dict__)
        names = {
            name: peer.describe(name, value)
            for name, value in list(vars(module).items())
            if type(name) is str and not name.startswith("__")
        }
        reply = ["r", names]
    except BaseException as error:
        reply = peer.error_message(error)
    flush()
    # A fork that came out of the program's own code is not the program.
    if os.getpid() != peer.process:
        os._exit(0)
    try:
        link.send(reply)
        peer.converse()
    except Closed:
        pass
    flush()
    os._exit(0)


def run_script(link, source, file, module):
    """Runs the program as a script, to the end that an interpreter would come to."""
    process = os.getpid()
    code = 0
    fate = None
    try:
        compiled = compile(source, file, "exec", dont_inherit=True)
    except _COMPILE_ERRORS as error:
        link.send(["compile_error", describe_error(error), None])
        os.write(2, (describe_error(error) + "\n").encode("utf-8", "replace"))
        os._exit(1)
    try:
        exec(compiled, module.__dict__)
    except SystemExit as error:
        code = _exit_code(error)
    except BaseException as error:
        print_exception(error)
        code = 1
        fate = ["exception", describe_error(error), limit_of(error)]
    try:
        if "threading" in sys.modules:
            sys.modules["threading"]._shutdown()
        atexit._run_exitfuncs()
    except BaseException as error:
        print_exception(error)
    flush()
    if fate is not None and os.getpid() == process:
        link.send(fate)
    os._exit(code)


_COMPILE_ERRORS = (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError)
_streams = (sys.stdout, sys.stderr)


def flush():
    for stream in _streams:
        try:
            stream.flush()
        except Exception:
            pass


def limit_of(error):
    """The limit that an exception means was reached, if it means one."""
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, OSError) and error.errno == errno.EAGAIN:
        return "processes"
    if type(error) is RuntimeError and "can't start new thread" in str(error):
        return "processes"
    return None


def describe_error(error):
    """The last lines of what Python prints of an exception: `ValueError: text`."""
    try:
        lines = traceback.format_exception_only(type(error), error)
        return "".join(lines).strip()[-2000:]
    except Exception:
        return type(error).__name__


def print_exception(error):
    """The traceback as Python prints it, without our own frames at its top."""
    try:
        trace = error.__traceback__
        ours = os.path.dirname(__file__)
        while trace is not None and trace.tb_frame.f_code.co_filename.startswith(ours):
            trace = trace.tb_next
        lines = traceback.format_exception(type(error), error, trace)
        _streams[0].flush()
        _streams[1].write("".join(lines))
    except Exception:
        pass
    flush()


def _exit_code(error):
    """What an interpreter exits with for this SystemExit."""
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF
    _streams[1].write("%s\n" % (error.code,))
    return 1
