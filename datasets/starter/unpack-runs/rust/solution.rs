    let mut text = String::new();
    let mut rest = packed.chars().peekable();
    while let Some(first) = rest.next() {
        let character = match first {
            '~' => rest.next().unwrap_or('~'),
            other => other,
        };
        let mut count = None;
        while let Some(digit) = rest.peek().and_then(|c| c.to_digit(10)) {
            count = Some(count.unwrap_or(0) * 10 + digit);
            rest.next();
        }
        text.extend((0..count.unwrap_or(1)).map(|_| character));
    }
    text
}
