    return rows * seats_per_row
