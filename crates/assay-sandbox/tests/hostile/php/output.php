<?php
// about: prints without end
// verdict: output_limit
function twice($x)
{
    for (;;) {
        echo str_repeat("x", 4096);
    }
}
