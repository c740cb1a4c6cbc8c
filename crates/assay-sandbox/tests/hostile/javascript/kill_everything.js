// about: sends signals to all it can
// verdict: failed exception
function twice(x) {
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    try {
      process.kill(1, signal)
    } catch {}
    try {
      process.kill(-1, signal)
    } catch {}
  }
  return x
}
