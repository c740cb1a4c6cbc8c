    $inside = [];
    foreach ($entries as $entry) {
        [$move, $name] = explode(' ', $entry);
        if ($move === 'in') {
            if (isset($inside[$name]) || count($inside) === $capacity) {
                return false;
            }
            $inside[$name] = true;
        } elseif (isset($inside[$name])) {
            unset($inside[$name]);
        } else {
            return false;
        }
    }
    return true;
}
