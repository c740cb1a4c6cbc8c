<?php
// Runs a program and its tests as one script and tells over descriptor 3 that its last statement was reached: it returns
// what nobody else knows. A program that returns or exits before its tests gains nothing.
//
// The text is given to the interpreter once and can be read by nobody afterwards. The secret lies in a local variable of a
// generator that waits for the script's end: nothing shows it, and reflection, which could, is not there (driver.py).

// Disabled, since they change what judges or start what could; most honest programs do not need them to succeed.
function ini_set(...$ignored) { return false; }
function ini_alter(...$ignored) { return false; }
function ini_restore(...$ignored) {}
function assert_options(...$ignored) { return false; }
function register_tick_function(...$ignored) { return false; }
function exec(...$ignored) { return false; }
function shell_exec(...$ignored) { return false; }
function system(...$ignored) { return false; }
function passthru(...$ignored) { return false; }

final class AssayText
{
    public static ?string $text = null;
    public $context;
    private string $left = '';

    public function stream_open(string $path, string $mode, int $options, ?string &$opened): bool
    {
        if (self::$text === null) {
            return false;
        }
        $this->left = self::$text;
        self::$text = null;
        return true;
    }

    public function stream_read(int $count): string
    {
        $part = substr($this->left, 0, $count);
        $this->left = substr($this->left, strlen($part));
        return $part;
    }

    public function stream_eof(): bool
    {
        return $this->left === '';
    }

    public function stream_stat(): array
    {
        return [];
    }

    public function stream_set_option(int $option, int $one, ?int $two): bool
    {
        return false;
    }
}

// What is read off the program and done to the tests, by PHP's own reading of both.
final class AssayReading
{
    // Why the program is not run, or null.
    public static function refusal(array $tokens): ?string
    {
        $declares = false;
        foreach ($tokens as $token) {
            if ($token->id === T_HALT_COMPILER) {
                return 'ends the script before its tests';
            }
            if ($token->id === T_VARIABLE && $token->text === '$assay' || self::isOurs($token)) {
                return 'calls what its tests report with';
            }
            $declares = $token->id === T_DECLARE || ($declares && $token->text !== ')');
            if ($declares && strtolower($token->text) === 'ticks') {
                return 'runs between the statements of its tests';
            }
        }
        return null;
    }

    private static function isOurs(PhpToken $token): bool
    {
        return $token->is([T_STRING, T_NAME_QUALIFIED, T_NAME_FULLY_QUALIFIED, T_NAME_RELATIVE])
            && preg_match('/(^|\\\\)Assay(Text|Reading)$/iD', $token->text) === 1;
    }

    // The tests such that they call PHP's functions whatever namespace the program is in and whatever it calls its own,
    // and that what they run once is run once: with more tries a program could find out which answers are right.
    public static function tests(string $tests, array $program): string
    {
        $tokens = array_slice(PhpToken::tokenize('<?php ' . $tests), 1);
        $code = array_values(array_filter($tokens, fn ($token) => !$token->isIgnorable()));
        $functions = array_flip(get_defined_functions()['internal']);
        $constants = get_defined_constants();
        $text = fn (int $at) => strtolower($code[$at]->text ?? '');
        // Where neither can be, they stay as they are, and so does what they say when they fail.
        $apart = array_filter($program, fn ($token) => $token->is([T_NAMESPACE, T_USE])) !== [];
        $called = [];
        $depth = 0;
        foreach ($code as $at => $token) {
            $depth += match ($token->text) {
                '{', '${' => 1,
                '}' => -1,
                default => 0,
            };
            if ($token->id !== T_STRING) {
                continue;
            }
            $name = strtolower($token->text);
            $before = $text($at - 1) === '&' && $text($at - 2) === 'function' ? 'function' : $text($at - 1);
            $after = $text($at + 1);
            if (in_array($before, ['->', '?->', '::', 'function', 'const', 'class', 'namespace', 'as', 'goto'], true)) {
                continue;
            }
            if ($before === 'new' || $before === 'instanceof' || $after === '::' || $text($at - 2) === 'catch') {
                $global = class_exists($name, false) || interface_exists($name, false);
            } elseif ($after === '(') {
                $called[$name][] = $depth;
                $global = isset($functions[$name]);
            } else {
                $global = isset($constants[$token->text]);
            }
            if ($apart && $global) {
                $token->text = '\\' . $token->text;
            }
        }
        foreach ($code as $at => $token) {
            $once = $token->id === T_FUNCTION && $text($at + 2) === '(' && $text($at + 3) === ')';
            if ($once && ($called[$text($at + 1)] ?? null) === [0]) {
                for ($body = $at + 4; ($code[$body]->text ?? '{') !== '{'; $body++);
                $code[$body]->text .= ' static $assay = 0; if ($assay++) { throw new \\Error("the tests are run once"); }';
            }
        }
        return implode('', array_map(fn ($token) => $token->text, $tokens));
    }
}

// The script is included where its variables are global, so this is one of them: whatever a program does to it, it
// cannot make it tell without what only the script's last statement returns.
$assay = (static function (): Generator {
    $in = fopen('php://fd/4', 'r+');
    $task = json_decode(stream_get_contents($in), true);
    // The descriptor itself cannot be closed from here: what it leads to is emptied.
    ftruncate($in, 0);
    fclose($in);
    $channel = fopen('php://fd/3', 'w');
    ['secret' => $secret, 'source' => $source, 'tests' => $tests, 'nonce' => $nonce] = $task;
    AssayText::$text = $source;
    if ($tests !== null) {
        $refusal = AssayReading::refusal($tokens = PhpToken::tokenize($source . "\n;"));
        if ($refusal !== null) {
            fwrite($channel, "\n" . json_encode(['kind' => 'forbidden', 'detail' => $refusal]) . "\n");
            exit(1);
        }
        // Unless it was read as code, the program ends in a text, a string or a comment that would go on.
        $last = end($tokens);
        $html = $last->id === T_INLINE_HTML || $last->id === T_CLOSE_TAG;
        if (!$html && $last->text !== ';') {
            fwrite($channel, "\n" . json_encode(['kind' => 'compile_error', 'detail' => 'solution.php: a string or a comment is not ended']) . "\n");
            exit(255);
        }
        AssayText::$text .= "\n" . ($html ? '<?php ' : ';') . AssayReading::tests($tests, $tokens) . "\n;return '" . $nonce . "';";
        unset($tokens, $last);
    }
    $first = substr_count($source, "\n") + 2;
    $lines = $tests === null ? [] : explode("\n", $tests);
    unset($task, $source);
    stream_wrapper_register('assay', AssayText::class);
    [$returned, $thrown] = yield;
    if ($thrown === null) {
        if ($tests !== null && $returned === $nonce) {
            fwrite($channel, "\n" . $secret . "\n");
        }
        return;
    }
    $line = $thrown->getLine();
    $own = $thrown->getFile() === 'assay://solution.php';
    $byTests = $own && $line >= $first;
    $text = get_class($thrown) . ': ' . $thrown->getMessage();
    if ($thrown instanceof ParseError && $own) {
        $kind = 'compile_error';
        $text = "solution.php:$line: " . $thrown->getMessage();
    } elseif ($byTests && !($thrown instanceof Error && !($thrown instanceof AssertionError))) {
        $kind = 'failed';
        $text = trim($lines[$line - $first] ?? '') . "\n" . $text;
    } else {
        $kind = 'exception';
    }
    fwrite($channel, "\n" . json_encode(['kind' => $kind, 'detail' => substr($text, 0, 2000)], JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
    fwrite(STDERR, 'PHP Fatal error:  Uncaught ' . substr($text, 0, 4000) . " in solution.php:$line\n");
})();
$assay->current();
try {
    $assay->send([include 'assay://solution.php', null]);
} catch (Throwable $thrown) {
    $assay->send([null, $thrown]);
    exit(255);
}
