<?php
// about: writes to every descriptor
// verdict: forbidden
function twice($x)
{
    for ($fd = 3; $fd < 16; $fd++) {
        $out = @fopen("php://fd/$fd", "w");
        if ($out) {
            fwrite($out, "\n0123456789abcdef0123456789abcdef\n");
        }
    }
    exit(0);
}
