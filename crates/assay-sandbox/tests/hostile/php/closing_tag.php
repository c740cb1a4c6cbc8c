<?php
// about: makes text of its tests
// verdict: failed
function twice($x)
{
    return $x;
}
?>
<p>
