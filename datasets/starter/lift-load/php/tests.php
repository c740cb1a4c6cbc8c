assert(canRide([70, 80, 60], 300, 4) === true);
assert(canRide([70, 80, 60], 300, 2) === false);
assert(canRide([], 0, 0) === true);
assert(canRide([100, 100], 200, 2) === true);
assert(canRide([100, 101], 200, 2) === false);
assert(canRide([1, 1, 1, 1], 500, 3) === false);
assert(canRide([90], 80, 6) === false);
assert(canRide([40, 40, 40], 120, 3) === true);
