package main

// greetGuest returns "Hello, " followed by the name and "!".
//
// greetGuest("Ada") returns "Hello, Ada!"
// greetGuest("Tom") returns "Hello, Tom!"
func greetGuest(name string) string {
