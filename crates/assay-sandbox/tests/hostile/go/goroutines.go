// about: starts without end
// verdict: memory timeout exception output_limit
package main

func twice(x int) int {
	for {
		go func() {
			kept := make([]byte, 1<<16)
			<-make(chan int)
			kept[0] = 1
		}()
	}
}
