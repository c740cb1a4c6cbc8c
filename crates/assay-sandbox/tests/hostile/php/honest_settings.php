<?php
// about: is honest and sets what it need not
// verdict: passed
declare(strict_types=1);
ini_set('memory_limit', '256M');
ini_set('precision', '17');
set_time_limit(10);
error_reporting(E_ALL);
function twice($x)
{
    return 2 * $x;
}
