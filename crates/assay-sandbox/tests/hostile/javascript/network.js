// about: looks for a network
// verdict: exception
const net = require('net')
function twice(x) {
  return net ? x : x
}
