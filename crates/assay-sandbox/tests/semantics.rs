//! That a solution in a process of its own looks to its tests as if it were in theirs, as far as
//! judging goes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a panic in a test is its failure"
)]

mod support;

use assay_core::{Limits, Verdict};
use support::{Place, judged, open, statements};

/// `(name, solution, tests, verdict, part of the detail)`, the tests being statements.
type Case = (
    &'static str,
    &'static str,
    &'static str,
    Verdict,
    &'static str,
);

async fn all(place: &Place, cases: &[Case]) {
    let mut wrong = Vec::new();
    for (name, source, tests, verdict, part) in cases {
        let program = statements(source, tests, "f");
        let execution = place.run(&program, &Limits::default()).await;
        let detail = execution.detail.clone().unwrap_or_default();
        if execution.verdict != *verdict || !detail.contains(part) {
            wrong.push(format!(
                "{name}: expected {verdict:?} {part:?}, got {execution:#?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

use Verdict::{Exception, Failed, Infrastructure, Passed};

const ECHO: &str = "def f(x): return x";

#[tokio::test(flavor = "multi_thread")]
async fn values_cross_as_they_are() {
    let place = open(|_| ()).await;
    all(
        &place,
        &[
            (
                "plain values of every kind, there and back",
                ECHO,
                r#"
import collections, datetime, decimal, fractions, math
for value in [
    None, True, False, 0, -1, 10**30, 1.5, 1e308, -0.0, 2.5e-324, "", "text", "\ud800", "\x00\n",
    b"bytes\x00\xff", bytearray(b"x"), 1 + 2j, [], [1, [2, [3]]], (), (1,), (1, (2,)), {}, {1: 2},
    {"a": [1], (1, 2): {3}}, set(), {1, "a", (2,)}, frozenset({1}), range(3), range(9, 0, -2),
    collections.deque([1, 2], 5), collections.Counter("abca"), collections.OrderedDict(b=1, a=2),
    decimal.Decimal("1.10"), fractions.Fraction(1, 3), datetime.date(2026, 1, 2),
    datetime.datetime(2026, 1, 2, 3, 4, 5, 6), datetime.timedelta(3, 2, 1), ..., slice(1, None, 2),
    float("inf"), [True, 1, 1.0], 1 << 20000, [1 << 20000], datetime.time(1, 2),
]:
    back = f(value)
    assert back == value, (value, back)
    assert type(back) is type(value), (value, type(back))
assert math.isnan(f(float("nan")))
assert math.copysign(1, f(-0.0)) == -1
assert f(int) is int and f(ValueError) is ValueError
"#,
                Passed,
                "",
            ),
            (
                "subclasses arrive as what they are a kind of",
                r#"
import collections, enum
P = collections.namedtuple("P", "x y")
class E(enum.IntEnum):
    ONE = 1
class S(str):
    pass
def f(kind):
    d = collections.defaultdict(list)
    d["a"].append(1)
    return {"tuple": P(1, 2), "int": E.ONE, "str": S("s"), "dict": d}[kind]
"#,
                r#"
assert f("tuple") == (1, 2) and type(f("tuple")) is tuple
assert f("int") == 1 and type(f("int")) is int
assert f("str") == "s" and f("dict") == {"a": [1]}
"#,
                Passed,
                "",
            ),
            (
                "views, iterators and generators",
                r#"
def f(kind):
    d = {"a": 1, "b": 2}
    return {
        "keys": d.keys(), "values": d.values(), "items": d.items(), "map": map(str, [1, 2]),
        "zip": zip([1], [2]), "iter": iter([1, 2]), "gen": (n for n in range(1000)),
    }[kind]
"#,
                r#"
assert f("keys") == {"a", "b"} and list(f("keys")) == ["a", "b"]
assert sorted(f("values")) == [1, 2] and f("items") == {("a", 1), ("b", 2)}
assert list(f("map")) == ["1", "2"] and list(f("zip")) == [(1, 2)]
assert sum(f("gen")) == 499500 and f("map") != ["1", "2"]
it = f("iter")
assert next(it) == 1 and next(it) == 2 and next(it, None) is None
g = f("gen")
assert next(g) == 0 and 5 in g and next(g) == 6
"#,
                Passed,
                "",
            ),
            (
                "an argument changed in place is changed for the tests",
                r#"
def f(x, y=None):
    x.sort()
    x[0].append("new")
    if y is not None:
        y.update(k=1)
        raise ValueError("after the change")
    return x
"#,
                r#"
inner = [1]
outer = [[2], inner]
assert f(outer) is outer
assert outer == [[1, "new"], [2]], outer
d = {}
try:
    f([[1]], d)
except ValueError as error:
    assert str(error) == "after the change"
else:
    assert False
assert d == {"k": 1}
"#,
                Passed,
                "",
            ),
            (
                "an argument left alone is left alone",
                "def f(x):\n    x = sorted(x)\n    x.append(1)\n    return x",
                "a = [3, 2]\nassert f(a) == [2, 3, 1]\nassert a == [3, 2]",
                Passed,
                "",
            ),
            (
                "functions of the tests can be called",
                "def f(g, *xs, **kw):\n    return [g(x, **kw) for x in xs]",
                r#"
import operator
assert f(lambda x: x * 2, 1, 2) == [2, 4]
assert f(len, "ab", [1]) == [2, 1]
assert f(str.upper, "ab") == ["AB"]
assert f(int, "7") == [7]
def shift(x, by=0):
    return x + by
assert f(shift, 1, by=5) == [6]
def fails(x):
    raise KeyError(x)
try:
    f(fails, 1)
except RuntimeError as error:
    assert "KeyError" in str(error)
else:
    assert False
"#,
                Passed,
                "",
            ),
            (
                "functions of the solution can be returned and called",
                "def f(n):\n    def g(x):\n        return x + n\n    return g",
                "assert f(1)(2) == 3\nassert callable(f(1)) and [*map(f(10), [1, 2])] == [11, 12]",
                Passed,
                "",
            ),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_of_the_solution_can_be_used_and_are_not_believed() {
    let place = open(|_| ()).await;
    let stack = r#"
class f:
    kind = "stack"
    def __init__(self, items=()):
        self.items = list(items)
        self.name = "s"
    def push(self, item):
        self.items.append(item)
        return self
    def __len__(self):
        return len(self.items)
    def __eq__(self, other):
        return isinstance(other, f) and self.items == other.items
    def __hash__(self):
        return hash(tuple(self.items))
    def __add__(self, other):
        return f(self.items + (other.items if isinstance(other, f) else [other]))
    def __lt__(self, other):
        return len(self) < len(other)
    def __getitem__(self, at):
        return self.items[at]
    def __setitem__(self, at, value):
        self.items[at] = value
    def __iter__(self):
        return iter(self.items)
    def __repr__(self):
        return f"f({self.items})"
    def __enter__(self):
        return self
    def __exit__(self, *_):
        self.push("left")
    @staticmethod
    def two():
        return 2
"#;
    all(
        &place,
        &[
            (
                "an object's methods, attributes, operators",
                stack,
                r#"
s = f([1]).push(2)
assert len(s) == 2 and s.items == [1, 2] and s[0] == 1 and s[-1] == 2 and s[0:1] == [1]
assert list(s) == [1, 2] and 2 in s and 3 not in s and repr(s) == "f([1, 2])"
assert s == f([1, 2]) and s != f([1]) and f([1]) < s and s is not f([1, 2])
assert s + f([3]) == f([1, 2, 3]) and s + 3 == f([1, 2, 3])
assert {s, f([1, 2])} == {s} and bool(s) and not f()
s[0] = 7
s.name = "t"
assert s.items == [7, 2] and s.name == "t" and f.kind == "stack" and f.two() == 2
assert isinstance(s, f) and not isinstance(3, f)
with s as same:
    assert same == s
assert s[-1] == "left"
assert sorted([f([1, 2]), f([1])])[0] == f([1])
"#,
                Passed,
                "",
            ),
            (
                "an object never equals a plain value",
                "class A:\n    def __eq__(self, o): return True\ndef f(x): return A()",
                "assert f(1) == 1",
                Failed,
                "assert f(1) == 1",
            ),
            (
                "nor is it near one",
                "class A:\n    def __sub__(self, o): return self\n    def __abs__(self): return 0.0\ndef f(x): return A()",
                "assert abs(f(1) - 1) < 1e-6",
                Exception,
                "not believed",
            ),
            (
                "nor below or above one",
                "class A:\n    def __lt__(self, o): return True\n    __gt__ = __lt__\ndef f(x): return A()",
                "assert f(1) < 1",
                Exception,
                "an order between",
            ),
            (
                "nor does it hold one because it says so",
                "class A:\n    def __contains__(self, o): return True\n    def __iter__(self): return iter(())\ndef f(x): return A()",
                "assert 1 in f(1)",
                Failed,
                "assert 1 in f(1)",
            ),
            (
                "deep inside a value neither",
                "class A(int):\n    def __eq__(self, o): return True\n    __hash__ = int.__hash__\ndef f(x): return {'k': [A(5), (A(6),)]}",
                "assert f(1) == {'k': [1, (2,)]}",
                Failed,
                "",
            ),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_the_program_are_there_for_its_tests() {
    let place = open(|_| ()).await;
    all(
        &place,
        &[
            (
                "imports of the prompt, helpers and constants",
                r#"
import math, random as rnd
from typing import List, Optional
from collections import Counter
LIMIT = 3
TABLE = {"a": [1, 2]}
class Odd(ValueError):
    pass
def helper(x):
    return x + LIMIT
def f(x: List[int]):
    if x == "odd":
        raise Odd("odd one")
    return math.floor(x)
"#,
                r#"
assert math.sqrt(4) == 2 and Counter("aa") == {"a": 2}
def typed(x: List[int]) -> Optional[int]:
    return LIMIT
assert typed(1) == 3 and TABLE["a"] == [1, 2] and helper(1) == 4 and f(2.5) == 2
try:
    f("odd")
except Odd as error:
    assert str(error) == "odd one" and isinstance(error, ValueError)
else:
    assert False
"#,
                Passed,
                "",
            ),
            (
                "a name that is missing",
                ECHO,
                "assert missing(1)",
                Exception,
                "NameError: name 'missing' is not defined",
            ),
            (
                "a built-in is the tests' own",
                "def len(x): return 1\ndef f(x): return x",
                "assert len(f([1, 2])) == 2",
                Passed,
                "",
            ),
            (
                "the entry point may be called as a built-in is",
                "def f(x): return 1",
                "assert f(3) == 1",
                Passed,
                "",
            ),
            (
                "code for running the file alone is not run",
                "def f(x): return x\nif __name__ == '__main__':\n    raise SystemExit('ran')",
                "assert f(3) == 3",
                Passed,
                "",
            ),
            (
                "data classes, enumerations, caches",
                r#"
from __future__ import annotations
from dataclasses import dataclass
from functools import lru_cache
import enum
@dataclass
class Point:
    x: int
class Color(enum.Enum):
    RED = 1
@lru_cache(None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
def f(x):
    return Point(fib(x)) if x else Color.RED
"#,
                "assert f(30) == Point(832040) and f(30).x == 832040\nassert f(0) == Color.RED and f(0).value == 1",
                Passed,
                "",
            ),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_say_what_failed() {
    let place = open(|_| ()).await;
    all(
        &place,
        &[
            (
                "the assertion, its message, and what came back",
                ECHO,
                "x = 1\nassert f(\n    2\n) == 3, 'two is not three'",
                Failed,
                "assert f( 2 ) == 3, 'two is not three'\nf(2) returned 2",
            ),
            (
                "the program's exception",
                "def f(x): return [][x]",
                "f(0)",
                Exception,
                "IndexError: list index out of range",
            ),
            (
                "an exception in the tests' own line",
                "def f(x): return None",
                "assert f(0)[0] == 1",
                Exception,
                "TypeError: 'NoneType' object is not subscriptable\nassert f(0)[0] == 1",
            ),
            (
                "an expected exception of the wrong kind",
                "def f(x): raise KeyError(x)",
                "try:\n    f(1)\nexcept ValueError:\n    pass",
                Exception,
                "KeyError: 1",
            ),
            (
                "an expected exception that does not come",
                ECHO,
                "try:\n    f(1)\n    assert False, 'nothing raised'\nexcept ValueError:\n    pass",
                Failed,
                "nothing raised",
            ),
            (
                "tests that cannot be run judge nobody",
                ECHO,
                "assert f(1 == ",
                Infrastructure,
                "the tests do not compile",
            ),
            (
                "tests that hand over what cannot cross judge nobody",
                ECHO,
                "class Node: pass\nassert f(Node())",
                Infrastructure,
                "the tests hand a Node to the solution",
            ),
        ],
    )
    .await;
    let execution = place
        .run(
            &judged(
                "def f(): return helper()\ndef helper(): return {}['k']",
                "def check(c): c()",
                "f",
            ),
            &Limits::default(),
        )
        .await;
    assert!(
        execution
            .stderr
            .contains("File \"solution.py\", line 2, in helper"),
        "{execution:#?}"
    );
    assert!(!execution.stderr.contains("/opt/assay"), "{execution:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_data_set_gives_every_program_is_there_before_it() {
    let place = open(|_| ()).await;
    let run = async |setup: &str, source: &str| {
        let mut program = statements(source, "assert f(9) == 3\nassert f([4, 4]) == 2", "f");
        program.tests.as_mut().unwrap().setup = setup.to_owned();
        place.run(&program, &Limits::default()).await
    };
    let source = "def f(x): return math.sqrt(x) if isinstance(x, int) else Counter(x)[4]";
    let setup = "import math\nfrom collections import *\nfrom typing import *\n";
    assert_eq!(run(setup, source).await.verdict, Passed);
    // Errors keep their lines.
    let wrong = run(setup, "\n\ndef f(x): return nothing").await;
    assert_eq!(wrong.verdict, Exception);
    assert!(wrong.stderr.contains("line 3"), "{wrong:#?}");
    let without = run("", source).await;
    assert_eq!(without.verdict, Exception);
    assert!(without.detail.unwrap().contains("'math' is not defined"));
}
