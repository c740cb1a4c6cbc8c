// about: keeps the compiler busy
// verdict: compile_error
template <int N> struct Deep { enum { value = Deep<N + 1>::value + Deep<N + 2>::value }; };
int twice(int x) {
    return Deep<0>::value;
}
