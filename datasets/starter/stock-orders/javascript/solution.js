  const left = { ...stock };
  for (const order of orders) {
    const [change, item] = order.split(' ');
    const count = (left[item] ?? 0) + Number(change);
    if (count >= 0) {
      left[item] = count;
    }
  }
  return Object.fromEntries(Object.entries(left).filter(([, count]) => count > 0));
}
