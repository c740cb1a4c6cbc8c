    $toll = 0;
    foreach ($weights as $weight) {
        $toll += $weight > $limit ? 2 * $weight : $weight;
    }
    return $toll;
}
