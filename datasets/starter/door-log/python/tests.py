assert log_is_valid(["in Ana", "in Bo", "out Ana", "in Cy"], 2) == True
assert log_is_valid(["in Ana", "out Bo"], 5) == False
assert log_is_valid([], 0) == True
assert log_is_valid(["in Ana", "in Bo", "in Cy", "out Cy"], 2) == False
assert log_is_valid(["in Ana", "in Ana"], 9) == False
assert log_is_valid(["in Ana", "out Ana", "in Ana", "out Ana", "out Ana"], 3) == False
assert log_is_valid(["in Ana"], 0) == False
assert log_is_valid(["in Ana", "out Ana", "in Bo", "out Bo", "in Ana"], 1) == True
assert log_is_valid(["out Ana", "in Ana"], 4) == False
assert log_is_valid(["in Ana", "in Bo", "out Ana", "out Bo", "in Bo"], 2) == True
