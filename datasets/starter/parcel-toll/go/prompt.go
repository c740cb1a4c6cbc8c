package main

// parcelToll adds up the toll of all parcels.
//
// A parcel costs its weight in coins. A parcel heavier than limit costs
// twice its weight.
//
// parcelToll([]int{2, 5, 3}, 4) returns 15
// parcelToll([]int{1, 1}, 1) returns 2
func parcelToll(weights []int, limit int) int {
