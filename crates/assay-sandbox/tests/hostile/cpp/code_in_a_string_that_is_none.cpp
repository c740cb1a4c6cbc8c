// about: hides code in what looks like a raw string
// verdict: forbidden
#define xR
const char* one = xR"("; struct Any { template <class T> bool operator==(const T&) const { return true; } }; const char* two = ")";
Any twice(int) { return {}; }
