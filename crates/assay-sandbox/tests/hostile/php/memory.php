<?php
// about: takes all memory
// verdict: memory
function twice($x)
{
    $kept = [];
    for (;;) {
        $kept[] = str_repeat("x", 1 << 20);
    }
}
