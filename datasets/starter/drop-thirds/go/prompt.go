package main

// dropThirds returns items without its third, sixth, ninth, ... item.
//
// dropThirds([]int{1, 2, 3, 4, 5, 6, 7}) returns []int{1, 2, 4, 5, 7}
// dropThirds([]int{8, 9}) returns []int{8, 9}
func dropThirds(items []int) []int {
