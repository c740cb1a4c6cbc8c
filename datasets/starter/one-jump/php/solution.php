    $queue = [];
    foreach ($grid as $row => $line) {
        $column = strpos($line, 'S');
        if ($column !== false) {
            $queue[] = [$row, $column, false, 0];
        }
    }
    $at = fn ($row, $column) => $row < 0 || $column < 0 ? '' : substr($grid[$row] ?? '', $column, 1);
    $seen = [];
    for ($next = 0; $next < count($queue); $next++) {
        [$row, $column, $jumped, $moves] = $queue[$next];
        $square = $at($row, $column);
        $key = "$row,$column," . ($jumped ? 1 : 0);
        if ($square === '' || $square === '#' || isset($seen[$key])) {
            continue;
        }
        if ($square === 'G') {
            return $moves;
        }
        $seen[$key] = true;
        foreach ([[-1, 0], [1, 0], [0, -1], [0, 1]] as [$down, $right]) {
            $jumps = !$jumped && $at($row + $down, $column + $right) === '#';
            $length = $jumps ? 2 : 1;
            $queue[] = [$row + $length * $down, $column + $length * $right, $jumped || $jumps, $moves + 1];
        }
    }
    return -1;
}
