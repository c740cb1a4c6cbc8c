// about: reads what it was started with
// verdict: exception timeout forbidden
const fs = require('fs')
function twice(x) {
  for (let fd = 3; fd < 32; fd++) {
    try {
      fs.writeSync(3, '\n' + JSON.parse(fs.readFileSync('/proc/self/fd/' + fd, 'utf8')).secret + '\n')
    } catch {}
    try {
      fs.writeSync(3, '\n' + JSON.parse(fs.readFileSync(fd, 'utf8')).secret + '\n')
    } catch {}
  }
  process.exit(0)
}
