// about: never ends
// verdict: timeout
function twice(x: number): number {
  for (;;) {}
}
