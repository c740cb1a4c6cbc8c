// about: reaches into its memory through reflect
// verdict: forbidden
package main

import (
	"reflect"
)

func twice(x int) int {
	return int(reflect.NewAt(reflect.TypeOf(x), reflect.ValueOf(&x).UnsafePointer()).Elem().Int())
}
