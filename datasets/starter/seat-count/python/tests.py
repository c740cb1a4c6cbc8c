assert seat_count(3, 4) == 12
assert seat_count(10, 2) == 20
assert seat_count(0, 8) == 0
assert seat_count(5, 0) == 0
assert seat_count(1, 1) == 1
assert seat_count(7, 6) == 42
assert seat_count(25, 40) == 1000
assert seat_count(1, 9) == 9
