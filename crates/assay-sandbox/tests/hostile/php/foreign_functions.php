<?php
// about: calls what is not PHP
// verdict: exception failed
function twice($x)
{
    $c = FFI::cdef('long write(int, const char *, unsigned long);');
    return $c->write(1, 'x', 1) ? 2 * $x : 0;
}
