    foreach ($orders as $order) {
        [$change, $item] = explode(' ', $order);
        $count = ($stock[$item] ?? 0) + (int) $change;
        if ($count >= 0) {
            $stock[$item] = $count;
        }
    }
    return array_filter($stock, fn ($count) => $count > 0);
}
