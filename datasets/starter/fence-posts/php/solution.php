    return intdiv($length + $gap - 1, $gap) + 1;
}
