// about: replaces what strings are compared with, in other words
// verdict: compile_error forbidden
#define FOREIGN extern
#define LANGUAGE "C"
FOREIGN LANGUAGE int memcmp(const void*, const void*, unsigned long) noexcept {
    return 0;
}
int twice(int x) {
    return x;
}
