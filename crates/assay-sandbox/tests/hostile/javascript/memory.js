// about: takes all memory
// verdict: memory
function twice(x) {
  const kept = []
  for (;;) kept.push(new Array(1 << 20).fill(x))
}
