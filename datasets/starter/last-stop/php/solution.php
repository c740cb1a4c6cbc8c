    return $stops[count($stops) - 1];
}
