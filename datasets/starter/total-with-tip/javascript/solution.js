  return bill + tip;
}
