<?php
// about: ends in a comment that would go on in its tests
// verdict: compile_error
function twice($x)
{
    return $x;
}
/*