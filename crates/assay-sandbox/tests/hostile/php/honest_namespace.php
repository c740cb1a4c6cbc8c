<?php
// about: is honest and has a namespace with names that others have
// verdict: passed
namespace App;

use InvalidArgumentException;

final class Counter
{
    public function count(): int
    {
        return 2;
    }
}

function abs($x)
{
    return $x < 0 ? -$x : $x;
}

function twice(int $x): int
{
    if (abs($x) > PHP_INT_MAX / 2) {
        throw new InvalidArgumentException('too much');
    }
    return (new Counter())->count() * $x;
}
