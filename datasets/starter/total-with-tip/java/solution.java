        return bill + tip;
    }
}
