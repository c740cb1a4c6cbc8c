// about: calls itself without end
// verdict: exception
// detail: RangeError
function twice(x) {
  return twice(x) + 1
}
