// about: answers with a type that everything converts to
// verdict: forbidden
struct Any {
    template <class T> Any(const T&) {}
    bool operator==(const Any&) const { return true; }
};
Any twice(int x) {
    return Any(x);
}
