assert(maskMiddle("secret") === "s****t");
assert(maskMiddle("at") === "at");
assert(maskMiddle("") === "");
assert(maskMiddle("q") === "q");
assert(maskMiddle("cat") === "c*t");
assert(maskMiddle("aaaa") === "a**a");
assert(maskMiddle("Lighthouse") === "L********e");
