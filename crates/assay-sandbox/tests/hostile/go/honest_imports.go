// about: is honest and imports in all ways
// verdict: passed
package main; import "os"

import (
	"math/rand" // for numbers (random)
	// "unsafe"
	str "strings"; "sort"
)

import f "fmt"

var text = `
import "C"
`

func twice(x int) int {
	sort.Ints(nil)
	f.Fprint(os.Stderr, str.ToUpper(text), rand.Int() > 0)
	return 2 * x
}
