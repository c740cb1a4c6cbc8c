"""The data set's tests, in a process of their own: the only one that can say "passed".

Names that the solution defined are here as references to it; a call crosses the link and brings a
plain value back. Assertions, comparisons and helper functions run here, on memory the solution
cannot reach.
"""

import ast
import builtins
import importlib
import json
import os
import types

from .codec import MAX_MESSAGE, Codec, Unplain, carry_back, may_change, stdlib_module
from .frames import read_frame, write_frame
from .remote import Ahead, Broken, Closed, Items, Link, Remote, RemoteCallable

FILE = "<tests>"
_PROMPT = "<prompt>"
_SHOWN = 400
#: The outcome that tells of tests that ran to their end and held.
PASSED = b'{"outcome":"passed","detail":null,"limit":null}'

_SHARED_TYPES = {
    name: value
    for name, value in vars(builtins).items()
    if isinstance(value, type) and not name.startswith("_")
}


class Unjudgeable(BaseException):
    """These tests cannot be run like this: says nothing of the solution."""


class Peer(Codec):
    """The tests' end of the link."""

    def __init__(self, link):
        Codec.__init__(self)
        self.link = link
        self.ahead = Ahead()
        #: Set when the solution was found gone or outside the protocol, whatever the tests made
        #: of that: with either there is no passing any more.
        self.lost = False
        self.broken = None
        self._callbacks = []
        self._errors = {}
        self.last_call = None

    # -- values ---------------------------------------------------------------------------------

    def refer(self, value):
        if isinstance(value, Remote):
            return ["h", value._id]
        if isinstance(value, types.MethodType) and isinstance(value.__func__, Remote):
            raise Unjudgeable("the tests hand over a bound method")
        owner = getattr(value, "__objclass__", None)
        module = getattr(value, "__module__", None) or getattr(owner, "__module__", None)
        path = getattr(value, "__qualname__", None)
        if isinstance(value, types.BuiltinFunctionType) and module is None:
            module = "builtins"
        if type(module) is str and type(path) is str and stdlib_module(module):
            return ["o", module, path]
        if isinstance(value, (types.FunctionType, types.MethodType)):
            self._callbacks.append(value)
            return ["f", len(self._callbacks) - 1, getattr(value, "__name__", "function")]
        if hasattr(value, "__iter__") and hasattr(value, "__next__"):
            # An iterator of the tests': the solution gets what is left of it.
            return ["l", *self._parts(value, list(value))]
        raise Unjudgeable(
            "the tests hand a %s to the solution, which cannot cross to it" % type(value).__name__
        )

    def resolve(self, message):
        tag = message[0]
        if tag == "h":
            kind = RemoteCallable if message[3] else Remote
            return kind(self, int(message[1]), str(message[2])[:80])
        if tag == "y":
            return _SHARED_TYPES[message[1]]
        if tag == "f":
            return self._callbacks[message[1]]
        return Codec.resolve(self, message)

    def arriving(self, message):
        """A value the solution sent."""
        try:
            return self.decode(message)
        except (Closed, Broken, MemoryError):
            raise
        except BaseException as error:
            self.broken = "a value that is none (%s)" % type(error).__name__
            raise Broken(self.broken) from None

    # -- the conversation -----------------------------------------------------------------------

    def request(self, message):
        """Sends a request; returns the value that answers it."""
        return self.arriving(self.ask(message)[1])

    def ask(self, message):
        try:
            self.link.send(message)
            while True:
                reply = self.link.receive()
                kind = reply[0]
                if kind == "v" and len(reply) > 1:
                    return reply
                if kind == "x":
                    raise self.error(reply)
                if kind != "k":
                    raise Broken("an answer of the unknown kind %.20r" % kind)
                self.link.send(self._called_back(reply))
        except Closed:
            self.lost = True
            raise
        except Broken as error:
            self.broken = str(error)
            raise
        except Unplain as error:
            if self.link.longest > MAX_MESSAGE // 4:
                # What is too long came from there, or most of it.
                self.broken = "a value too long to be handed back"
                raise Broken(self.broken) from None
            raise Unjudgeable("an argument of the tests cannot cross: %s" % error) from None

    def _called_back(self, message):
        try:
            function = self._callbacks[message[1]]
            args = [self.arriving(arg) for arg in message[2]]
            kwargs = {name: self.arriving(arg) for name, arg in message[3].items()}
        except (Closed, Broken):
            raise
        except Exception:
            raise Broken("a call of something that is no function of the tests'") from None
        try:
            return ["v", self.encode(function(*args, **kwargs))]
        except Exception as error:
            return ["x", "%s: %s" % (type(error).__name__, error)]

    def call(self, function, args, kwargs):
        encode = self.encode
        sent = [encode(arg) for arg in args]
        named = {name: encode(arg) for name, arg in kwargs.items()} if kwargs else None
        self.last_call = (function, args, kwargs, None)
        try:
            reply = self.ask(["c", function._id, sent, named])
        except BaseException as error:
            changes = getattr(error, "_assay_changes", None)
            if changes:
                self._carry(args, changes)
            raise
        value = reply[1]
        if type(value) is list and value and value[0] == "A":
            self._carry(args, reply[2])
            result = args[value[1]] if 0 <= value[1] < len(args) else None
        else:
            result = self.arriving(value)
            if len(reply) > 2 and reply[2]:
                self._carry(args, reply[2])
        self.last_call = (function, args, kwargs, (result,))
        return result

    def _carry(self, args, changes):
        """What the solution did to its arguments in place. It can only do so to those that it
        could have changed anyway."""
        try:
            for index, now in changes:
                if may_change(args[index]):
                    carry_back(args[index], self.decode(now))
        except MemoryError:
            raise
        except Exception:
            raise Broken("a change of an argument that is none") from None

    def binary(self, name, left, right):
        """An operator one of whose sides is the solution's own. Believed only when both are."""
        both = isinstance(left, Remote) and isinstance(right, Remote)
        if not both and name in ("lt", "le", "gt", "ge"):
            raise TypeError("an order between the solution's own object and a plain value")
        result = self.request(["b", name, self.encode(left), self.encode(right)])
        if both:
            return result
        if not isinstance(result, Remote):
            raise TypeError(
                "%r between the solution's own object and a plain value is not believed" % name
            )
        object.__setattr__(result, "_tainted", True)
        return result

    def iterate(self, iterator):
        return Items(self, iterator)

    def next_item(self, iterator, wanted):
        entry = self.ahead.take(iterator._id)
        if entry is None:
            reply = self.ask(["n", iterator._id, wanted])
            if len(reply) != 4 or type(reply[1]) is not list:
                raise Broken("items that are none")
            entries = [(0, self.arriving(item)) for item in reply[1]]
            if reply[2]:
                entries.append((1, reply[3]))
            if not entries:
                raise Broken("no items")
            self.ahead.put(iterator._id, entries)
            entry = self.ahead.take(iterator._id)
        kind, value = entry
        if kind == 0:
            return value
        if value is None:
            raise StopIteration
        raise self.error(value)

    # -- the solution's exceptions --------------------------------------------------------------

    def error(self, message):
        """The exception that stands for one raised in the solution: of the same built-in type, or
        of a class made here that has the solution's name and derives from its built-in base."""
        try:
            _, name, bases, args, text, limit = message[:6]
            kind = self.error_class(name, bases)
            if issubclass(kind, (StopIteration, StopAsyncIteration)):
                # As PEP 479 has it: out of a call it would end the loop of the tests that is
                # around that (`zip(map(candidate, …), …)`) as if all had been seen.
                kind, args = RuntimeError, None
                text = text or "the solution raised %s" % name
            args = self.decode(args) if args is not None else (text,)
            try:
                error = kind(*args)
            except Exception:
                error = kind(text)
            error._assay_solution = "%s: %s" % (name, text) if text else str(name)
            error._assay_limit = limit if limit in ("memory", "processes") else None
            error._assay_changes = message[6] if len(message) > 6 else None
            return error
        except MemoryError:
            raise
        except Exception:
            raise Broken("an exception that is none") from None

    def error_class(self, name, bases):
        for base_name in bases:
            base = getattr(builtins, str(base_name), None)
            if isinstance(base, type) and issubclass(base, BaseException):
                break
        else:
            base = Exception
        if base.__name__ == name:
            return base
        key = (str(name), base)
        if key not in self._errors:
            self._errors[key] = type(str(name), (base,), {"__module__": "solution"})
        return self._errors[key]


def names_of(code):
    """Every name that the compiled tests look up, at any depth."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= names_of(constant)
    return names


def prompted(prompt, entry_point, wanted):
    """The tests' own globals, to which `wanted` names may belong: what the data set's prompt gives
    to every program, executed here, so that no program can define it again. Also returns what else
    that code looks up.

    Not among them: what the program is asked for (the entry point, other functions without a
    body), and classes with their instances, which have to be the program's own to be handed to it.
    """
    own = {"__name__": "tests", "__file__": FILE}
    if not any(name in prompt for name in wanted if name != entry_point):
        return own, set()
    tree = _parsed(prompt)
    if tree is None:
        return own, set()
    code = compile(tree, _PROMPT, "exec", dont_inherit=True)
    if not (wanted - {entry_point}).intersection(code.co_names):
        return own, set()
    scope = dict(own)
    try:
        exec(code, scope)
    except BaseException:
        # Prose that happens to parse, a module that is not here.
        return own, set()
    stubs = {entry_point}
    stubs.update(node.name for node in tree.body if _is_stub(node))
    for name in list(scope):
        if name in stubs or (name not in own and not _is_own(scope[name])):
            del scope[name]
    return scope, names_of(code)


def _parsed(prompt):
    # A prompt may end in a signature whose body is the answer's.
    for end in ("", "\n    pass\n"):
        try:
            return ast.parse(prompt + end, _PROMPT)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return None


def _is_stub(node):
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and all(
        isinstance(part, (ast.Pass, ast.Raise))
        or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
        for part in node.body
    )


def _is_own(value):
    """Whether this value of the prompt's can stand for the program's: no class made by the prompt,
    nor anything that holds an instance of one."""
    if isinstance(value, types.FunctionType):
        return True
    kind = value if isinstance(value, type) else type(value)
    if kind.__module__ == "tests":
        return False
    parts = ()
    if isinstance(value, dict):
        parts = [*value, *value.values()]
    elif isinstance(value, (list, tuple, set, frozenset)):
        parts = value
    try:
        return all(_is_own(part) for part in parts)
    except RecursionError:
        return False


def bind(peer, defined, wanted, entry_point, own):
    """The tests' globals: their `own`, and what the solution defined and the tests use."""
    scope = own
    for name in wanted:
        if name not in defined or name in scope:
            continue
        # A solution may not replace what tests judge with; its entry point alone may be called
        # as a built-in is.
        if name != entry_point and hasattr(builtins, name):
            continue
        value = bound(peer, name, defined[name], name == entry_point)
        if isinstance(value, RemoteCallable):
            object.__setattr__(value, "_shown", name)
        scope[name] = value
    return scope


def bound(peer, name, message, is_entry_point):
    tag = message[0] if type(message) is list and message else None
    if tag == "m" and not is_entry_point:
        # `import numpy as np` of the prompt: the tests' own copy, from the image.
        own = name if stdlib_module(name) else str(message[1])
        if stdlib_module(own) or own.partition(".")[0] == "numpy":
            try:
                return importlib.import_module(own)
            except ImportError:
                return None
        return None
    if tag == "o":
        _, module, path, reference = message
        if not is_entry_point and stdlib_module(module) and path.rpartition(".")[2] == name:
            try:
                value = importlib.import_module(module)
                for part in path.split("."):
                    value = getattr(value, part)
                return value
            except (ImportError, AttributeError):
                pass
        return peer.arriving(reference)
    if tag == "E":
        return peer.error_class(message[1], message[2])
    if message is None:
        # A constant, perhaps a large one: fetched only because it is used. (It may be None.)
        return peer.request(["G", name])
    return peer.arriving(message)


def main(link, supervisor):
    """Reads a job from `supervisor`, runs its tests against the solution at the other end of
    `link`, and writes the outcome as one frame. Does not return."""
    try:
        job = json.loads(read_frame(supervisor))
        outcome = _judge(job, Link(link))
        write_frame(supervisor, json.dumps(outcome).encode("ascii") if outcome else PASSED)
    finally:
        os._exit(0)


def _judge(job, link):
    """The outcome to tell; None when the tests ran to their end and held."""
    peer = Peer(link)
    tests = job["tests"]
    try:
        link.send(["p", job["source"], job["file"], tests["setup"]])
        try:
            code = compile(tests["source"], FILE, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            return _outcome("unjudgeable", "the tests do not compile: %s" % error)
        ready = link.receive()
    except Closed:
        return _outcome("gone")
    except Broken as error:
        return _outcome("exception", "the program answered outside the protocol: %s" % error)
    except Unplain as error:
        return _outcome("exception", "the program is too long: %s" % error)
    entry_point = tests["entry_point"]
    try:
        if ready[0] == "s":
            return _outcome("compile_error", str(ready[1]))
        if ready[0] == "x":
            raise peer.error(ready)
        if ready[0] != "r" or type(ready[1]) is not dict:
            raise Broken("an answer of the unknown kind %.20r" % ready[0])
        return _run_tests(peer, code, tests["prompt"], tests["form"], entry_point, ready[1])
    except BaseException as error:
        return _fate(peer, error, tests["source"])


def _run_tests(peer, code, prompt, form, entry_point, defined):
    wanted = names_of(code)
    wanted.add(entry_point)
    own, looked_up = prompted(prompt, entry_point, wanted)
    scope = bind(peer, defined, wanted | looked_up, entry_point, own)
    if form == "check_function" and entry_point not in scope:
        raise NameError("name %r is not defined" % entry_point)
    candidate = scope.get(entry_point)
    exec(code, scope)
    if form == "check_function":
        check = scope.get("check")
        if not callable(check) or isinstance(check, Remote):
            raise Unjudgeable("the tests define no function `check`")
        check(candidate)
    if peer.lost:
        return _outcome("gone")
    if peer.broken is not None:
        raise Broken(peer.broken)
    return None


def _outcome(kind, detail=None, limit=None):
    return {"outcome": kind, "detail": detail, "limit": limit}


def _fate(peer, error, source):
    """What an exception that ended the tests means."""
    if isinstance(error, Closed) or peer.lost:
        return _outcome("gone")
    if isinstance(error, Broken):
        return _outcome("exception", "the program answered outside the protocol: %s" % error)
    if isinstance(error, Unjudgeable):
        return _outcome("unjudgeable", str(error))
    said = getattr(error, "_assay_solution", None)
    if said is not None:
        try:
            peer.ask(["!"])
        except BaseException:
            pass
        return _outcome("exception", said, error._assay_limit)
    if isinstance(error, MemoryError):
        return _outcome("exception", "what the program answered does not fit into memory")
    if isinstance(error, AssertionError):
        return _outcome("failed", _assertion(peer, error, source))
    text = "%s: %s" % (type(error).__name__, error) if str(error) else type(error).__name__
    return _outcome("exception", _with_line(text, error, source))


def _assertion(peer, error, source):
    lines = [_statement(error, source) or "AssertionError"]
    message = str(error)
    if message and message not in lines[0]:
        lines.append(message[:_SHOWN])
    shown = _last_call(peer)
    if shown:
        lines.append(shown)
    return "\n".join(lines)


def _with_line(text, error, source):
    line = _statement(error, source)
    return "%s\n%s" % (text, line) if line else text


def _statement(error, source):
    """The text of the tests' own statement that an exception came from."""
    found = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            found = trace
        trace = trace.tb_next
    if found is None:
        return None
    first = last = found.tb_lineno
    positions = getattr(found.tb_frame.f_code, "co_positions", None)
    if positions is not None:
        for index, (start, end, _, _) in enumerate(positions()):
            if index == found.tb_lasti // 2 and start and end:
                first, last = start, end
                break
    text = " ".join(line.strip() for line in source.splitlines()[first - 1 : last])
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _last_call(peer):
    """`solve([1, 2]) returned 5`, for the last call the tests made."""
    if peer.last_call is None:
        return None
    function, args, kwargs, result = peer.last_call
    if result is None:
        return None
    try:
        shown = [_short(arg) for arg in args]
        shown += ["%s=%s" % (name, _short(arg)) for name, arg in kwargs.items()]
        name = function._shown or "the last call, "
        return "%s(%s) returned %s" % (name, ", ".join(shown), _short(result[0]))
    except Exception:
        return None


def _short(value):
    if isinstance(value, Remote):
        return "<%s of the solution's>" % value._type
    try:
        text = repr(value)
    except Exception:
        # An integer too long for decimal text, for one.
        return "<%s that cannot be shown>" % type(value).__name__
    return text if len(text) <= 120 else text[:119] + "…"
