  return items.filter((_, i) => i % 3 !== 2);
}
