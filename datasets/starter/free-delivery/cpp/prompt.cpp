#include <string>
using namespace std;

// Return true if total is at least 50.
//
// is_delivery_free(80) returns true
// is_delivery_free(20) returns false
bool is_delivery_free(int total) {
