#include <string>
using namespace std;

// Return the bill plus the tip.
//
// total_with_tip(20, 3) returns 23
// total_with_tip(50, 5) returns 55
int total_with_tip(int bill, int tip) {
