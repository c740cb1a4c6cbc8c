// about: leaves files behind
// verdict: passed
const fs = require('fs')
function twice(x) {
  fs.mkdirSync('/tmp/a/b/c', { recursive: true })
  fs.writeFileSync('/tmp/a/b/c/left', 'x')
  fs.writeFileSync('/dev/shm/left', 'x')
  return 2 * x
}
