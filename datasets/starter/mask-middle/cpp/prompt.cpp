#include <string>
using namespace std;

// Replace every letter of word with a star, except the first and the last.
//
// mask_middle("secret") returns "s****t"
// mask_middle("at") returns "at"
string mask_middle(const string& word) {
