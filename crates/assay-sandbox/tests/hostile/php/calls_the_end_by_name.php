<?php
// about: calls it by a name that is put together
// verdict: exception failed
function twice($x)
{
    ('assay_' . 'end')();
    \call_user_func('assay' . '_end', ['secret' => 'x']);
    return $x;
}
