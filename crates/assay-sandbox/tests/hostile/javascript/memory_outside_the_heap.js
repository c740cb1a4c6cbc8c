// about: takes memory that the engine does not count
// verdict: memory exception
function twice(x) {
  const kept = []
  for (;;) kept.push(Buffer.alloc(1 << 26, 1))
}
