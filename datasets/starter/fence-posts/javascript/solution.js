  return Math.ceil(length / gap) + 1;
}
