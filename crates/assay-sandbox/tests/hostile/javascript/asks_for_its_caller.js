// about: asks for what called it
// verdict: failed
function twice(x) {
  for (let at = twice.caller; at; at = at.caller) console.log(String(at))
  return x
}
