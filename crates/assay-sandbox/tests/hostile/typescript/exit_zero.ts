// about: ends with success before its tests do
// verdict: exception
declare var process: any;
function twice(x: number): number {
  process.exit(0);
}
