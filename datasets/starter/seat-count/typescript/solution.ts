  return rows * seatsPerRow;
}
