//! Names that a program may use without binding them.

/// Whether `name` is known in `language` without being defined; `None` where names are not judged.
pub(crate) fn is_known(language: &str, name: &str, is_called: bool) -> Option<bool> {
    let list = match language {
        "python" => PYTHON,
        "javascript" | "typescript" => JAVASCRIPT,
        // Their libraries are too large to be listed: what is called without a qualifier is judged alone.
        "java" if is_called => "super this assert",
        "go" if is_called => GO,
        _ => return None,
    };
    Some(list.split_ascii_whitespace().any(|known| known == name))
}

const PYTHON: &str = "abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod \
compile complex copyright credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset \
getattr globals hasattr hash help hex id input int isinstance issubclass iter len license list locals map max \
memoryview min next object oct open ord pow print property quit range repr reversed round set setattr slice sorted \
staticmethod str sum super tuple type vars zip __import__ __name__ __file__ __doc__ __builtins__ NotImplemented \
Ellipsis self cls _ __debug__ \
ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError \
BufferError BytesWarning ChildProcessError ConnectionError DeprecationWarning EOFError EnvironmentError Exception \
ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError \
ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError \
MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError \
PendingDeprecationWarning PermissionError ProcessLookupError RecursionError ReferenceError ResourceWarning \
RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit \
TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError \
UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning ZeroDivisionError True False None";

const JAVASCRIPT: &str = "Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error \
EvalError Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl JSON Map Math NaN Number \
Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError \
Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet arguments clearInterval clearTimeout \
console decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval exports global globalThis isFinite \
isNaN module parseFloat parseInt process queueMicrotask require setImmediate setInterval setTimeout \
structuredClone undefined unescape Buffer TextDecoder TextEncoder URL URLSearchParams performance this super \
Iterator AggregateError __dirname __filename Record Partial Readonly any crypto";

const GO: &str = "append cap clear close complex copy delete imag len make max min new panic print println real \
recover bool byte complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 \
uint16 uint32 uint64 uintptr any";
