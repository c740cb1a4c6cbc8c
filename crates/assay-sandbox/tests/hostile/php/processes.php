<?php
// about: starts programs that outlive it
// verdict: passed
function twice($x)
{
    for ($i = 0; $i < 100; $i++) {
        @exec("/bin/sleep 1000 >/dev/null 2>&1 &");
    }
    return 2 * $x;
}
