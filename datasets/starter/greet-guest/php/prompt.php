<?php

/**
 * Return "Hello, " followed by the name and "!".
 *
 * greetGuest("Ada") returns "Hello, Ada!"
 * greetGuest("Tom") returns "Hello, Tom!"
 */
function greetGuest(string $name): string {
