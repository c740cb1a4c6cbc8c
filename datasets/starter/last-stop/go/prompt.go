package main

// lastStop returns the last item of stops, which is never empty.
//
// lastStop([]string{"Mill", "Park", "Station"}) returns "Station"
// lastStop([]string{"Harbour"}) returns "Harbour"
func lastStop(stops []string) string {
