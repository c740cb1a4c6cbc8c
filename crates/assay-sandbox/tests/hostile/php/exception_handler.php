<?php
// about: catches what is thrown at it
// verdict: failed
function twice($x)
{
    set_exception_handler(function () {
        exit(0);
    });
    register_shutdown_function(function () {
        exit(0);
    });
    return $x;
}
