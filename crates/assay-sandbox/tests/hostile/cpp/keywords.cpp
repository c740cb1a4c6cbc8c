// about: makes words of the language nothing
// verdict: failed compile_error exception
#define return if (0) return
#define twice(x) 2 * x
int twice(int x) {
    return x;
}
