    return $rows * $seatsPerRow;
}
