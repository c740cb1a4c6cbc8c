    $widths = [];
    foreach ($rows as $row) {
        foreach ($row as $i => $word) {
            $widths[$i] = max($widths[$i] ?? 0, strlen($word));
        }
    }
    $lines = [];
    foreach ($rows as $row) {
        $cells = [];
        foreach ($row as $i => $word) {
            $cells[] = str_pad($word, $widths[$i]);
        }
        $lines[] = rtrim(implode('  ', $cells), ' ');
    }
    return $lines;
}
