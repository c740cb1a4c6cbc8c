    return $total >= 50;
}
