    // With a free seat added at each end, the ends need no rule of their own,
    // and the index of the margin before the party is that of its first seat.
    $found = strpos(".$row.", str_repeat('.', $size + 2));
    return $found === false ? -1 : $found;
}
