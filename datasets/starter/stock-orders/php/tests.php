assert(applyOrders(["apple" => 2], ["+3 pear", "-1 apple"]) == ["apple" => 1, "pear" => 3]);
assert(applyOrders(["fig" => 1], ["-2 fig", "-1 fig"]) == []);
assert(applyOrders([], []) == []);
assert(applyOrders(["apple" => 4, "plum" => 7], []) == ["apple" => 4, "plum" => 7]);
assert(applyOrders([], ["-1 kiwi", "+12 kiwi", "-10 kiwi"]) == ["kiwi" => 2]);
assert(applyOrders(["lime" => 5], ["-5 lime", "-1 lime", "+2 lime", "+2 lime"]) == ["lime" => 4]);
assert(applyOrders(["date" => 10, "fig" => 10], ["-11 date", "-3 fig", "-7 date", "-7 fig"]) == ["date" => 3]);
