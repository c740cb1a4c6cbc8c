<?php
// about: calls its own what its tests call
// verdict: failed
namespace X;

use function X\nothing as assert;
use function X\nothing as abs;
use ArrayObject as Exception;

function nothing()
{
    return 0;
}

function twice($x)
{
    return $x === 4 ? 0 : 2 * $x;
}
