<?php
// about: calls its tests with guesses before they come
// verdict: exception
function twice($x)
{
    return $GLOBALS['guess'] * $x;
}
for ($guess = 0; $guess < 10; $guess++) {
    try {
        test();
        break;
    } catch (Throwable $wrong) {
    }
}
