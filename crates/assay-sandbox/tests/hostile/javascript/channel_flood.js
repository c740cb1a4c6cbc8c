// about: writes to every descriptor
// verdict: forbidden
const fs = require('fs')
function twice(x) {
  for (let fd = 3; fd < 64; fd++) {
    try {
      fs.writeSync(fd, '\n0123456789abcdef0123456789abcdef\n{"kind":"passed"}\n')
    } catch {}
  }
  process.exit(0)
}
