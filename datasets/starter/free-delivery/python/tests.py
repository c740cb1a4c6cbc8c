assert is_delivery_free(80) == True
assert is_delivery_free(20) == False
assert is_delivery_free(50) == True
assert is_delivery_free(49) == False
assert is_delivery_free(51) == True
assert is_delivery_free(0) == False
assert is_delivery_free(500) == True
assert is_delivery_free(5) == False
