    // With a free seat added at each end, the ends need no rule of their own,
    // and the index of the margin before the party is that of its first seat.
    size_t found = ("." + row + ".").find(string(size + 2, '.'));
    return found == string::npos ? -1 : static_cast<int>(found);
}
