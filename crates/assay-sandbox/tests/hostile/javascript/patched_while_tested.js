// about: replaces what its tests may use while they run
// verdict: forbidden
function twice(x) {
  Array.prototype.every = () => true
  return 2 * x
}
