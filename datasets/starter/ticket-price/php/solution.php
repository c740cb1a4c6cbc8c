    return $age < 6 ? 0 : 5;
}
