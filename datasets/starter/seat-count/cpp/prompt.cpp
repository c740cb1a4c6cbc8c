#include <string>
using namespace std;

// Multiply rows by seats_per_row to count the seats of a hall.
//
// seat_count(3, 4) returns 12
// seat_count(10, 2) returns 20
int seat_count(int rows, int seats_per_row) {
