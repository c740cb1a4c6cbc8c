// about: is honest, and brings what there is already
// verdict: passed
Array.prototype.flat = function () {
  return [].concat(...this)
}
Array.prototype.includes = function (one) {
  return this.indexOf(one) >= 0
}
String.prototype.trim = function () {
  return this.replace(/^\s+|\s+$/g, '')
}
function twice(x) {
  return [[x], [x]].flat().includes(x) ? 2 * x : x
}
