  return total >= 50;
}
