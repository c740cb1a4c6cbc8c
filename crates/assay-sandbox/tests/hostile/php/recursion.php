<?php
// about: calls itself without end
// verdict: memory exception
function twice($x)
{
    return twice($x) + 1;
}
