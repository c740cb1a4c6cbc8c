    $sorted = array_filter($bookings, fn ($booking) => $booking[0] < $booking[1]);
    usort($sorted, fn ($a, $b) => $a[0] <=> $b[0]);
    $blocks = [];
    foreach ($sorted as [$start, $end]) {
        $last = count($blocks) - 1;
        if ($last >= 0 && $start - $blocks[$last][1] <= $gap) {
            $blocks[$last][1] = max($blocks[$last][1], $end);
        } else {
            $blocks[] = [$start, $end];
        }
    }
    return $blocks;
}
