    return 'Hello, ' . $name . '!';
}
