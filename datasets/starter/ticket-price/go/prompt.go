package main

// ticketPrice returns 0 if age is less than 6, otherwise 5.
//
// ticketPrice(4) returns 0
// ticketPrice(30) returns 5
func ticketPrice(age int) int {
