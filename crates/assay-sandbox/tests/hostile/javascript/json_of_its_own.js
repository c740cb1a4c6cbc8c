// about: makes everything the same in writing
// verdict: forbidden
// detail: toJSON
Object.prototype.toJSON = () => 1
function twice(x) {
  return JSON.stringify(x) ? x : x
}
