function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(dropThirds([1, 2, 3, 4, 5, 6, 7]), [1, 2, 4, 5, 7]);
check(dropThirds([8, 9]), [8, 9]);
check(dropThirds([]), []);
check(dropThirds([4]), [4]);
check(dropThirds([5, 5, 5]), [5, 5]);
check(dropThirds([3, 0, -1, 6, 3, 3]), [3, 0, 6, 3]);
check(dropThirds([10, 20, 30, 40]), [10, 20, 40]);
check(dropThirds([9, 8, 7, 6, 5, 4, 3, 2, 1]), [9, 8, 6, 5, 3, 2]);
