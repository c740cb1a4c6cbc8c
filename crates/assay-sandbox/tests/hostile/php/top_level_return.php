<?php
// about: returns before its tests
// verdict: exception
function twice($x)
{
    return $x;
}
return;
