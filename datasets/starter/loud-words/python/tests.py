assert count_loud_words("Stop! Who goes there!") == 2
assert count_loud_words("all is calm") == 0
assert count_loud_words("") == 0
assert count_loud_words("Hey!") == 1
assert count_loud_words("a!b c! d!!") == 2
assert count_loud_words("!x y!z") == 0
assert count_loud_words("Go!  Go!   Go!") == 3
assert count_loud_words("! wait ! no") == 2
