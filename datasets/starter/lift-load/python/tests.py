assert can_ride([70, 80, 60], 300, 4) == True
assert can_ride([70, 80, 60], 300, 2) == False
assert can_ride([], 0, 0) == True
assert can_ride([100, 100], 200, 2) == True
assert can_ride([100, 101], 200, 2) == False
assert can_ride([1, 1, 1, 1], 500, 3) == False
assert can_ride([90], 80, 6) == False
assert can_ride([40, 40, 40], 120, 3) == True
