assert(seatCount(3, 4) === 12);
assert(seatCount(10, 2) === 20);
assert(seatCount(0, 8) === 0);
assert(seatCount(5, 0) === 0);
assert(seatCount(1, 1) === 1);
assert(seatCount(7, 6) === 42);
assert(seatCount(25, 40) === 1000);
assert(seatCount(1, 9) === 9);
