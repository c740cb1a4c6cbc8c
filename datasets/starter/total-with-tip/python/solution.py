    return bill + tip
