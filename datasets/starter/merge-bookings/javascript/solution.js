  const sorted = bookings.filter(([start, end]) => start < end).sort((a, b) => a[0] - b[0]);
  const blocks = [];
  for (const [start, end] of sorted) {
    const last = blocks[blocks.length - 1];
    if (last !== undefined && start - last[1] <= gap) {
      last[1] = Math.max(last[1], end);
    } else {
      blocks.push([start, end]);
    }
  }
  return blocks;
}
