// about: has the compiler call something else when an assertion fails
// verdict: forbidden
_Pragma("redefine_extname assay_failed mine")
int twice(int x) {
    return x;
}
