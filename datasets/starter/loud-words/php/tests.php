assert(countLoudWords("Stop! Who goes there!") === 2);
assert(countLoudWords("all is calm") === 0);
assert(countLoudWords("") === 0);
assert(countLoudWords("Hey!") === 1);
assert(countLoudWords("a!b c! d!!") === 2);
assert(countLoudWords("!x y!z") === 0);
assert(countLoudWords("Go!  Go!   Go!") === 3);
assert(countLoudWords("! wait ! no") === 2);
