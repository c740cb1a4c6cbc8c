// about: makes the tests something else
// verdict: failed compile_error
#define main other
int twice(int x) {
    return x;
}
