        return total >= 50;
    }
}
