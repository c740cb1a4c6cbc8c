// about: calls itself without end
// verdict: exception
int twice(int x) {
    volatile char big[65536];
    big[x & 1] = 1;
    return twice(x + big[0]) + 1;
}
