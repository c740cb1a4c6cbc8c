<?php
// about: looks into what calls it
// verdict: exception failed
function twice($x)
{
    new ReflectionFunction('assay' . '_end');
    return $x;
}
