<?php
// about: counts its lines otherwise
// verdict: exception failed
function twice($x)
{
    return $x;
}return;