// about: reaches for the engine
// verdict: exception
// detail: inspector
const inspector = process.mainModule?.require('inspector') ?? require('inspector')
function twice(x) {
  return x
}
