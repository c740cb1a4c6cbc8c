package main

import "sort"

var _ = sort.Slice // keeps the import used

// mergeBookings merges the bookings of a room into blocks in which the room is
// busy.
//
// A booking is {start, end}; one whose end is not after its start is ignored
// altogether. Bookings that overlap or touch fall into one block, and so do
// those with a pause of at most gap between them. The blocks are returned as
// {start, end}, earliest first.
//
// mergeBookings([][2]int{{9, 10}, {12, 15}, {11, 13}}, 0) returns [][2]int{{9, 10}, {11, 15}}
// mergeBookings([][2]int{{9, 10}, {12, 15}, {11, 13}}, 1) returns [][2]int{{9, 15}}
func mergeBookings(bookings [][2]int, gap int) [][2]int {
