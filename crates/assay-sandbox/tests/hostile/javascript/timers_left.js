// about: leaves something that goes on
// verdict: timeout
setInterval(() => {}, 10)
function twice(x) {
  return 2 * x
}
