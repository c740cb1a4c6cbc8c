// about: uses up its processor time before the clock does
// verdict: timeout
#include <thread>
int twice(int x) {
    volatile unsigned long count = 0;
    auto spin = [&] { for (;;) count = count + 1; };
    std::thread one(spin), two(spin), three(spin);
    spin();
    return x;
}
