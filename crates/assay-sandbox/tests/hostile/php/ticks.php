<?php
// about: runs between the statements of its tests
// verdict: forbidden
declare(ticks=1);
register_tick_function(function () {
    \var_dump(1);
});
function twice($x)
{
    return $x;
}
