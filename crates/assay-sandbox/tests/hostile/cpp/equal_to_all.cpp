// about: is equal to everything
// verdict: forbidden
struct Any {
    template <class T> bool operator==(const T&) const { return true; }
};
Any twice(int) { return {}; }
