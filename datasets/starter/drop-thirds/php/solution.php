    $kept = [];
    foreach ($items as $i => $item) {
        if ($i % 3 !== 2) {
            $kept[] = $item;
        }
    }
    return $kept;
}
