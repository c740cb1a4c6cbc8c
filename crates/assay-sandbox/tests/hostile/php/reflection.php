<?php
// about: looks into what calls it
// verdict: exception failed
function twice($x)
{
    new ReflectionFunction('twice');
    return $x;
}
