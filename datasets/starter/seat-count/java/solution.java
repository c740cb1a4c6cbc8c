        return rows * seatsPerRow;
    }
}
