// about: prints without end
// verdict: output_limit
function twice(x) {
  const line = 'x'.repeat(65536)
  for (;;) require('fs').writeSync(1, line)
}
