#include <string>
using namespace std;

// Return 0 if age is less than 6, otherwise return 5.
//
// ticket_price(4) returns 0
// ticket_price(30) returns 5
int ticket_price(int age) {
