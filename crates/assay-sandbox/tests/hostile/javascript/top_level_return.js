// about: returns from what is no function
// verdict: compile_error
// detail: Illegal return
function twice(x) {
  return x
}
return
