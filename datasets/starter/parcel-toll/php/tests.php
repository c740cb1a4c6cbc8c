assert(parcelToll([2, 5, 3], 4) === 15);
assert(parcelToll([1, 1], 1) === 2);
assert(parcelToll([], 10) === 0);
assert(parcelToll([7], 6) === 14);
assert(parcelToll([6], 6) === 6);
assert(parcelToll([10, 20, 30], 0) === 120);
assert(parcelToll([4, 9, 4, 9], 8) === 44);
assert(parcelToll([0, 0, 3], 2) === 6);
