assert(ticketPrice(4) === 0);
assert(ticketPrice(30) === 5);
assert(ticketPrice(5) === 0);
assert(ticketPrice(6) === 5);
assert(ticketPrice(7) === 5);
assert(ticketPrice(0) === 0);
assert(ticketPrice(1) === 0);
assert(ticketPrice(99) === 5);
