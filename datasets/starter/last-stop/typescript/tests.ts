function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(lastStop(["Mill", "Park", "Station"]), "Station");
check(lastStop(["Harbour"]), "Harbour");
check(lastStop(["a", "b"]), "b");
check(lastStop(["b", "a"]), "a");
check(lastStop(["Elm", "Elm"]), "Elm");
check(lastStop(["North Gate", "South Gate"]), "South Gate");
check(lastStop(["1", "2", "3", "4", "5"]), "5");
check(lastStop(["Zoo", "Lake", "Zoo", "Mill"]), "Mill");
