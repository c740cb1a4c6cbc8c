#include <string>
#include <vector>
using namespace std;

// Return the last item of stops, which is never empty.
//
// last_stop({"Mill", "Park", "Station"}) returns "Station"
// last_stop({"Harbour"}) returns "Harbour"
string last_stop(const vector<string>& stops) {
