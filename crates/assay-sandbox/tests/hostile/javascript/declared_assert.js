// about: declares the name its tests judge with
// verdict: forbidden compile_error
const assert = { strictEqual() {} }
function twice(x) {
  return x
}
