    return bill + tip;
}
