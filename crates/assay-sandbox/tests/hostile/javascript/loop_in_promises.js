// about: never ends, in small steps
// verdict: timeout
function twice(x) {
  return 2 * x
}
const again = () => Promise.resolve().then(again)
again()
