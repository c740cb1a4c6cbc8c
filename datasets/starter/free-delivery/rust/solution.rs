    total >= 50
}
