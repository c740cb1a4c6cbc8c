    return count(array_filter(explode(' ', $text), fn ($word) => str_ends_with($word, '!')));
}
