  return stops[stops.length - 1];
}
