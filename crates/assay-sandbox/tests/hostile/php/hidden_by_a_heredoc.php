<?php
// about: hides in quotes what ends the text before its tests
// verdict: forbidden
$text = <<<END
 it's
END;
function twice($x)
{
    return $x;
}
__halt_compiler(); '
