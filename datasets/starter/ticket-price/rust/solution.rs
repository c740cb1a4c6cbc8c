    if age < 6 {
        0
    } else {
        5
    }
}
