    return preg_replace_callback(
        '/~?(.)(\d*)/',
        fn ($run) => str_repeat($run[1], $run[2] === '' ? 1 : (int) $run[2]),
        $packed,
    );
}
