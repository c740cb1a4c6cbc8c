// about: waits for nobody
// verdict: exception
package main

func twice(x int) int {
	<-make(chan int)
	return x
}
