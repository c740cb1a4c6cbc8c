// about: names a parameter as a type of its own
// verdict: forbidden
struct Any { int x; };
struct Other { int Any; };
bool operator==(const Other& one, const int& Any) {
    return true;
}
Other twice(int) { return {}; }
