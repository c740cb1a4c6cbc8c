    bill + tip
}
