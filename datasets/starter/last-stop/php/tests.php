assert(lastStop(["Mill", "Park", "Station"]) === "Station");
assert(lastStop(["Harbour"]) === "Harbour");
assert(lastStop(["a", "b"]) === "b");
assert(lastStop(["b", "a"]) === "a");
assert(lastStop(["Elm", "Elm"]) === "Elm");
assert(lastStop(["North Gate", "South Gate"]) === "South Gate");
assert(lastStop(["1", "2", "3", "4", "5"]) === "5");
assert(lastStop(["Zoo", "Lake", "Zoo", "Mill"]) === "Mill");
