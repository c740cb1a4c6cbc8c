// about: asks the linker for what it cannot name
// verdict: forbidden
extern "C" const unsigned long long assay_secret[2];
extern "C" void write(int, const void*, unsigned long);
int twice(int x) {
    write(3, assay_secret, 16);
    return 2 * x;
}
