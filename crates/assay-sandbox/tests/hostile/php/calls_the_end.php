<?php
// about: calls what its tests report with
// verdict: forbidden
function twice($x)
{
    \assay_end();
    return $x;
}
