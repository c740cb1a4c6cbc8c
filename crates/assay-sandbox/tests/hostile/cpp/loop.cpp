// about: never ends
// verdict: timeout
int twice(int x) {
    for (volatile int i = 0;; i = i + 1) {
    }
}
