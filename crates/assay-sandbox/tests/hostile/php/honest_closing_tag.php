<?php
// about: is honest and says something after its end
// verdict: passed
function twice($x)
{
    return 2 * $x;
}
?>
It doubles.
