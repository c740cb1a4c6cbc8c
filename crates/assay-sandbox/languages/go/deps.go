// Package deps is what the package testing needs of whoever starts it. The go command's own (testing/internal/testdeps)
// brings fuzzing, profiles and coverage, which no program here asks for and every linking would pay for.
package deps

import (
	"io"
	"reflect"
	"time"
)

type entry = struct {
	Parent     string
	Path       string
	Data       []byte
	Values     []any
	Generation int
	IsSeed     bool
}

// TestDeps has every test run.
type TestDeps struct{}

func (TestDeps) ImportPath() string                        { return "" }
func (TestDeps) MatchString(string, string) (bool, error)  { return true, nil }
func (TestDeps) SetPanicOnExit0(bool)                      {}
func (TestDeps) StartCPUProfile(io.Writer) error           { return nil }
func (TestDeps) StopCPUProfile()                           {}
func (TestDeps) StartTestLog(io.Writer)                    {}
func (TestDeps) StopTestLog() error                        { return nil }
func (TestDeps) WriteProfileTo(string, io.Writer, int) error { return nil }
func (TestDeps) RunFuzzWorker(func(entry) error) error     { return nil }
func (TestDeps) CheckCorpus([]any, []reflect.Type) error   { return nil }
func (TestDeps) ResetCoverage()                            {}
func (TestDeps) SnapshotCoverage()                         {}

func (TestDeps) ReadCorpus(string, []reflect.Type) ([]entry, error) { return nil, nil }

func (TestDeps) CoordinateFuzzing(time.Duration, int64, time.Duration, int64, int, []entry, []reflect.Type, string, string) error {
	return nil
}
