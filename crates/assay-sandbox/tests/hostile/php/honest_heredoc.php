<?php
// about: is honest and has quotes in a text
// verdict: passed
$text = <<<'END'
 it's "AssayText" and __halt_compiler();
END;
function twice($x)
{
    return 2 * $x;
}
