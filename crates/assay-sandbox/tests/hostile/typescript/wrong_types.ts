// about: does not check, and runs
// verdict: passed
function twice(x: number): string {
  return 2 * x;
}
