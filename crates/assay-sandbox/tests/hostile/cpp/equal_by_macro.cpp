// about: is equal to everything, without the operator's name
// verdict: forbidden
#define SAME ==
struct Any {};
bool operator SAME(const Any&, int) {
    return true;
}
Any twice(int) { return {}; }
