assert(clockText(125) === "2:05");
assert(clockText(59) === "0:59");
assert(clockText(0) === "0:00");
assert(clockText(60) === "1:00");
assert(clockText(7) === "0:07");
assert(clockText(600) === "10:00");
assert(clockText(1439) === "23:59");
assert(clockText(6010) === "100:10");
