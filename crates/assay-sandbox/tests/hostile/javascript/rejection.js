// about: fails where nobody looks
// verdict: exception
Promise.reject(new Error('unseen'))
function twice(x) {
  return 2 * x
}
