// about: is honest, and says half a character
// verdict: exception
// detail: bad char �
function twice(x: number): number {
  throw new Error('bad char ' + '😀'[0]);
}
