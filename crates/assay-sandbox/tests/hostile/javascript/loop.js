// about: never ends
// verdict: timeout
function twice(x) {
  for (;;) {}
}
