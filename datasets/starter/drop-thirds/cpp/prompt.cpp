#include <vector>
using namespace std;

// Return items without its third, sixth, ninth, ... item.
//
// drop_thirds({1, 2, 3, 4, 5, 6, 7}) returns {1, 2, 4, 5, 7}
// drop_thirds({8, 9}) returns {8, 9}
vector<int> drop_thirds(const vector<int>& items) {
