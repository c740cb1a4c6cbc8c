"""Plain values as JSON and back, exactly, and never more than plain values.

Not pickle, which runs what it reads, nor marshal, which trusts it: what arrives here was sent by a
hostile program. JSON's own scanner is safe and fast; the tags below carry what JSON has not.

  null, booleans, integers, floats (NaN and infinities too) and strings   as they are
  anything else                                                           [tag, part, …]

A subclass of a plain type arrives as its plain base, so no method of the program (an `__eq__` that
always agrees, say) ever comes along with a value. What is not plain goes through `Codec.refer`.
"""

import collections
import datetime
import decimal
import fractions
import json
import sys

SCALARS = frozenset((type(None), bool, int, float, str))
_scalars_only = SCALARS.issuperset

#: Longer messages are not sent: a program could fill its tests' memory with one.
MAX_MESSAGE = 32 * 1024 * 1024

_dict_keys = type({}.keys())
_dict_values = type({}.values())
_dict_items = type({}.items())


class Unplain(Exception):
    """A value that cannot cross as itself: cyclic, too deep or too long."""


_to_text = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def dumps(message):
    """An encoded message as bytes."""
    try:
        text = _to_text(message)
    except ValueError:
        # An integer too long for decimal text: written in hexadecimal, which has no limit.
        text = _to_text(_long_integers(message))
    except RecursionError:
        raise Unplain("it is nested too deeply") from None
    if len(text) > MAX_MESSAGE:
        raise Unplain("it is longer than %d MiB" % (MAX_MESSAGE >> 20))
    return text.encode("ascii")


def loads(body):
    """The message in these bytes; ValueError or RecursionError when they hold none."""
    return _from_text(body.decode("ascii"))


_from_text = json.JSONDecoder().decode


def _long_integers(message):
    if type(message) is int and message.bit_length() > 10_000:
        return ["i", hex(message)]
    if type(message) is list:
        return [_long_integers(part) for part in message]
    if type(message) is dict:
        return {name: _long_integers(part) for name, part in message.items()}
    return message


class Codec:
    """Encodes and decodes values. One for each side of a link, which says what becomes of values
    that are not plain (`refer`) and what references from the other side mean (`resolve`)."""

    def __init__(self):
        self._active = []

    def refer(self, value):
        """A message for a value that is not plain."""
        raise Unplain("a %s is not a plain value" % type(value).__name__)

    def resolve(self, message):
        """The value that the other side's reference means."""
        raise ValueError("an unknown tag: %r" % (message[:1],))

    def encode(self, value):
        kind = type(value)
        if kind in SCALARS:
            return value
        encoder = _ENCODERS.get(kind)
        if encoder is not None:
            return encoder(self, value)
        return self._encode_other(value)

    def encode_whole(self, value):
        """Like `encode`, but what cannot cross as itself is referred to instead."""
        try:
            return self.encode(value)
        except (Unplain, RecursionError):
            del self._active[:]
            return self.refer(value)

    def decode(self, message):
        if type(message) is not list:
            return message
        return _DECODERS.get(message[0] if message else None, _decode_reference)(self, message)

    def _encode_other(self, value):
        for base, plain in _BASES:
            if isinstance(value, base):
                return self.encode(plain(value))
        if type(value).__module__ == "numpy" and hasattr(value, "item"):
            item = value.item() if getattr(value, "ndim", 0) == 0 else None
            if item is not None and type(item) is not type(value):
                return self.encode(item)
        return self.refer(value)

    def _parts(self, owner, parts):
        """The encoded parts of a container."""
        if _scalars_only(map(type, parts)):
            return parts
        active = self._active
        for one in active:
            if one is owner:
                raise Unplain("it contains itself")
        active.append(owner)
        encode = self.encode
        encoded = [encode(part) for part in parts]
        active.pop()
        return encoded

    def decode_parts(self, message, start=1):
        parts = message[start:]
        if _scalars_only(map(type, parts)):
            return parts
        decode = self.decode
        return [decode(part) for part in parts]


def _sequence(tag):
    return lambda codec, value: [tag, *codec._parts(value, value)]


def _set(tag):
    return lambda codec, value: [tag, *codec._parts(value, list(value))]


def _mapping(tag):
    def encode(codec, value):
        flat = []
        for item in value.items():
            flat.extend(item)
        return [tag, *codec._parts(value, flat)]

    return encode


def _range(codec, value):
    return ["r", value.start, value.stop, value.step]


def _deque(codec, value):
    return ["q", value.maxlen, *codec._parts(value, list(value))]


def _delta(codec, value):
    return ["P", value.days, value.seconds, value.microseconds]


def _moment(codec, value):
    if value.tzinfo is not None:
        return codec.refer(value)
    return ["M", value.year, value.month, value.day, value.hour, value.minute, value.second,
            value.microsecond]  # fmt: skip


def _time(codec, value):
    if value.tzinfo is not None:
        return codec.refer(value)
    return ["H", value.hour, value.minute, value.second, value.microsecond]


_ENCODERS = {
    list: _sequence("l"),
    tuple: _sequence("t"),
    set: _set("s"),
    frozenset: _set("z"),
    dict: _mapping("d"),
    collections.OrderedDict: _mapping("O"),
    collections.Counter: _mapping("C"),
    collections.deque: _deque,
    _dict_keys: _set("K"),
    _dict_values: _set("V"),
    _dict_items: _set("I"),
    bytes: lambda codec, value: ["b", value.decode("latin-1")],
    bytearray: lambda codec, value: ["B", value.decode("latin-1")],
    complex: lambda codec, value: ["c", value.real, value.imag],
    range: _range,
    slice: lambda codec, value: ["S", *codec._parts(value, [value.start, value.stop, value.step])],
    type(Ellipsis): lambda codec, value: ["e"],
    type(NotImplemented): lambda codec, value: ["n"],
    fractions.Fraction: lambda codec, value: ["F", value.numerator, value.denominator],
    decimal.Decimal: lambda codec, value: ["D", str(value)],
    datetime.datetime: _moment,
    datetime.date: lambda codec, value: ["Y", value.year, value.month, value.day],
    datetime.time: _time,
    datetime.timedelta: _delta,
}

# What a subclass is turned into. Order matters: a Counter is a dict, a datetime is a date.
_BASES = (
    (int, int.__pos__),
    (float, float.__pos__),
    (str, str.__str__),
    (tuple, lambda value: tuple(tuple.__iter__(value))),
    (list, lambda value: list(list.__iter__(value))),
    (collections.OrderedDict, lambda value: collections.OrderedDict(dict.items(value))),
    (collections.Counter, lambda value: collections.Counter(dict.copy(value))),
    (dict, lambda value: dict.copy(value)),
    (set, lambda value: set(set.__iter__(value))),
    (frozenset, lambda value: frozenset(frozenset.__iter__(value))),
    (bytes, lambda value: bytes(memoryview(value))),
    (bytearray, lambda value: bytearray(memoryview(value))),
    (complex, complex.__pos__),
    (collections.deque, lambda value: collections.deque(value, value.maxlen)),
    (fractions.Fraction, lambda value: fractions.Fraction(value.numerator, value.denominator)),
    (decimal.Decimal, lambda value: decimal.Decimal(decimal.Decimal.__str__(value))),
)


def _pairs(codec, message):
    parts = iter(codec.decode_parts(message))
    return zip(parts, parts)


def _decode_reference(codec, message):
    return codec.resolve(message)


def _long(codec, message):
    return int(message[1], 16)


_DECODERS = {
    "l": lambda codec, message: codec.decode_parts(message),
    "t": lambda codec, message: tuple(codec.decode_parts(message)),
    "s": lambda codec, message: set(codec.decode_parts(message)),
    "z": lambda codec, message: frozenset(codec.decode_parts(message)),
    "d": lambda codec, message: dict(_pairs(codec, message)),
    "O": lambda codec, message: collections.OrderedDict(_pairs(codec, message)),
    "C": lambda codec, message: collections.Counter(dict(_pairs(codec, message))),
    "q": lambda codec, message: collections.deque(codec.decode_parts(message, 2), message[1]),
    "K": lambda codec, message: dict.fromkeys(codec.decode_parts(message)).keys(),
    "V": lambda codec, message: dict(enumerate(codec.decode_parts(message))).values(),
    "I": lambda codec, message: dict(codec.decode_parts(message)).items(),
    "b": lambda codec, message: message[1].encode("latin-1"),
    "B": lambda codec, message: bytearray(message[1].encode("latin-1")),
    "c": lambda codec, message: complex(message[1], message[2]),
    "r": lambda codec, message: range(message[1], message[2], message[3]),
    "S": lambda codec, message: slice(*codec.decode_parts(message)),
    "e": lambda codec, message: Ellipsis,
    "n": lambda codec, message: NotImplemented,
    "i": _long,
    "F": lambda codec, message: fractions.Fraction(message[1], message[2]),
    "D": lambda codec, message: decimal.Decimal(message[1]),
    "M": lambda codec, message: datetime.datetime(*message[1:]),
    "Y": lambda codec, message: datetime.date(*message[1:]),
    "H": lambda codec, message: datetime.time(*message[1:]),
    "P": lambda codec, message: datetime.timedelta(*message[1:]),
}


def carry_back(old, new):
    """Makes the container `old` hold what `new` holds, keeping `old` and, where kinds agree, the
    containers inside it: what a program did to an argument in place, done to the original."""
    kind = type(old)
    if kind is not type(new):
        return
    if kind is list:
        old[:] = [
            _kept(old[index], item) if index < len(old) else item for index, item in enumerate(new)
        ]
    elif kind is tuple:
        for before, after in zip(old, new):
            carry_back(before, after)
    elif kind in (dict, collections.OrderedDict, collections.Counter):
        merged = [
            (key, _kept(old[key], value) if key in old else value) for key, value in new.items()
        ]
        old.clear()
        for key, value in merged:
            old[key] = value
    elif kind is set:
        old.clear()
        old.update(new)
    elif kind is bytearray:
        old[:] = new
    elif kind is collections.deque:
        old.clear()
        old.extend(new)


_MUTABLE = frozenset(
    (list, dict, set, bytearray, collections.deque, collections.OrderedDict, collections.Counter)
)


def _kept(before, after):
    if type(before) in _MUTABLE and type(before) is type(after):
        carry_back(before, after)
        return before
    return after


def may_change(value):
    """Whether a program could change this argument in place."""
    kind = type(value)
    if kind in _MUTABLE:
        return True
    if kind is tuple:
        return any(map(may_change, value))
    return False


def stdlib_module(name):
    """Whether `name` is (inside) a module of the standard library."""
    return name.partition(".")[0] in sys.stdlib_module_names
