function check(actual: unknown, expected: unknown): void {
  const sorted = (counts: unknown) => JSON.stringify(Object.entries(counts as Record<string, number>).sort());
  if (sorted(actual) !== sorted(expected)) {
    throw new Error(`expected ${sorted(expected)}, got ${sorted(actual)}`);
  }
}

check(applyOrders({ apple: 2 }, ["+3 pear", "-1 apple"]), { apple: 1, pear: 3 });
check(applyOrders({ fig: 1 }, ["-2 fig", "-1 fig"]), {});
check(applyOrders({}, []), {});
check(applyOrders({ apple: 4, plum: 7 }, []), { apple: 4, plum: 7 });
check(applyOrders({}, ["-1 kiwi", "+12 kiwi", "-10 kiwi"]), { kiwi: 2 });
check(applyOrders({ lime: 5 }, ["-5 lime", "-1 lime", "+2 lime", "+2 lime"]), { lime: 4 });
check(applyOrders({ date: 10, fig: 10 }, ["-11 date", "-3 fig", "-7 date", "-7 fig"]), { date: 3 });
