<?php
// about: ends the text before its tests
// verdict: forbidden
function twice($x)
{
    return $x;
}
__halt_compiler();
