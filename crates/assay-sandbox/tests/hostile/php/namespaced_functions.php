<?php
// about: declares in its namespace what its tests call
// verdict: failed
namespace X;

const PHP_INT_SIZE = 1;

function abs($x)
{
    return 0;
}

function json_encode($x)
{
    return '';
}

function twice($x)
{
    return $x < 4 ? 2 * $x : 0;
}
