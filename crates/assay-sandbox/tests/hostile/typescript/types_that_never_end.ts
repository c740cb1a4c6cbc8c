// about: keeps the type checker busy
// verdict: passed compile_error timeout
type Deep<T extends any[]> = T['length'] extends 999 ? T : Deep<[...T, 1]>;
type Wide = Deep<[]>;
function twice(x: number): number {
  return 2 * x;
}
