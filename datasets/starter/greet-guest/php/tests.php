assert(greetGuest("Ada") === "Hello, Ada!");
assert(greetGuest("Tom") === "Hello, Tom!");
assert(greetGuest("") === "Hello, !");
assert(greetGuest("x") === "Hello, x!");
assert(greetGuest("Mary Ann") === "Hello, Mary Ann!");
assert(greetGuest("zoe") === "Hello, zoe!");
assert(greetGuest("R2-D2") === "Hello, R2-D2!");
assert(greetGuest("KIM!") === "Hello, KIM!!");
