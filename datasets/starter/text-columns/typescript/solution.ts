  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((word, i) => {
      widths[i] = Math.max(widths[i] ?? 0, word.length);
    });
  }
  return rows.map((row) => row.map((word, i) => word.padEnd(widths[i])).join('  ').trimEnd());
}
