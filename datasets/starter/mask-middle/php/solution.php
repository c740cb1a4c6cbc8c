    $length = strlen($word);
    if ($length < 3) {
        return $word;
    }
    return $word[0] . str_repeat('*', $length - 2) . $word[$length - 1];
}
