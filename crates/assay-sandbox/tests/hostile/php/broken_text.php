<?php
// about: throws what is no text
// verdict: exception
function twice($x)
{
    throw new Exception("\xff\u{D800}\0" . str_repeat('€', 1000));
}
