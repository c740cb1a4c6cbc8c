  const inside = new Set<string>();
  for (const entry of entries) {
    const [move, name] = entry.split(' ');
    if (move === 'in') {
      if (inside.has(name) || inside.size === capacity) {
        return false;
      }
      inside.add(name);
    } else if (!inside.delete(name)) {
      return false;
    }
  }
  return true;
}
