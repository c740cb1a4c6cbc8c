// about: takes the line after it into a macro
// verdict: failed
int twice(int x) {
    return x;
}
#define LAST \
