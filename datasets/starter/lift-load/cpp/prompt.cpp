#include <numeric>
#include <vector>
using namespace std;

// Tell whether all people may ride the lift together.
//
// weights holds one number per person. There may be at most max_people
// people, who together weigh at most max_weight.
//
// can_ride({70, 80, 60}, 300, 4) returns true
// can_ride({70, 80, 60}, 300, 2) returns false
bool can_ride(const vector<int>& weights, int max_weight, int max_people) {
