<?php
// about: makes text of its tests
// verdict: forbidden compile_error exception
function twice($x)
{
    return $x;
}
?>
<p>
