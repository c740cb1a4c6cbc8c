        // With a free seat added at each end, the ends need no rule of their own,
        // and the index of the margin before the party is that of its first seat.
        return ("." + row + ".").indexOf(".".repeat(size + 2));
    }
}
