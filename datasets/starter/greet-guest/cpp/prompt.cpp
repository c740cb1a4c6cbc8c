#include <string>
using namespace std;

// Return "Hello, " followed by the name and "!".
//
// greet_guest("Ada") returns "Hello, Ada!"
// greet_guest("Tom") returns "Hello, Tom!"
string greet_guest(const string& name) {
