<?php
// Runs a program and its tests as one script and tells over descriptor 3 that its last line was reached.
//
// The text is given to the interpreter once and can be read by nobody afterwards; the secret lies in a function's static
// variable, which only reflection could reach, and there is none (driver.py). A program that returns or exits before its
// tests gains nothing: it is their last line, and no other, from which `assay_end` believes that it is called.

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

function assay_end(?array $given = null): void
{
    static $known = null;
    if ($known === null) {
        $known = $given;
        return;
    }
    $trace = (new Exception())->getTrace();
    if (count($trace) === 2 && $trace[0]['file'] === 'assay://solution.php' && $trace[0]['line'] === $known['last']) {
        fwrite($known['channel'], "\n" . $known['secret'] . "\n");
    }
}

function assay_tell(?Throwable $thrown, ?array $given = null): void
{
    static $known = null;
    if ($known === null) {
        $known = $given;
        return;
    }
    $line = $thrown->getLine();
    $own = $thrown->getFile() === 'assay://solution.php';
    $byTests = $own && $line >= $known['first'];
    $text = get_class($thrown) . ': ' . $thrown->getMessage();
    if ($thrown instanceof ParseError && $own) {
        $kind = 'compile_error';
        $text = "solution.php:$line: " . $thrown->getMessage();
    } elseif ($byTests && !($thrown instanceof Error && !($thrown instanceof AssertionError))) {
        $kind = 'failed';
        $text = trim($known['tests'][$line - $known['first']] ?? '') . "\n" . $text;
    } else {
        $kind = 'exception';
    }
    fwrite($known['channel'], "\n" . json_encode(['kind' => $kind, 'detail' => substr($text, 0, 2000)], JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
    fwrite(STDERR, 'PHP Fatal error:  Uncaught ' . substr($text, 0, 4000) . " in solution.php:$line\n");
}

(static function (): void {
    $in = fopen('php://fd/4', 'r+');
    $task = json_decode(stream_get_contents($in), true);
    // The descriptor itself cannot be closed from here: what it leads to is emptied.
    ftruncate($in, 0);
    fclose($in);
    $channel = fopen('php://fd/3', 'w');
    $text = $task['source'];
    $tests = [];
    if ($task['tests'] !== null) {
        $text .= "\n" . $task['tests'] . "\n\\assay_end();";
        $tests = explode("\n", $task['tests']);
    }
    assay_end(['secret' => $task['secret'], 'last' => substr_count($text, "\n") + 1, 'channel' => $channel]);
    assay_tell(null, ['first' => substr_count($task['source'], "\n") + 2, 'tests' => $tests, 'channel' => $channel]);
    AssayText::$text = $text;
    stream_wrapper_register('assay', AssayText::class);
})();
try {
    include 'assay://solution.php';
} catch (Throwable $thrown) {
    assay_tell($thrown);
    exit(255);
}
