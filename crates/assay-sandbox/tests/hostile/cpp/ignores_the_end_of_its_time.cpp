// about: does not listen when its processor time is over
// verdict: timeout
#include <csignal>
#include <thread>
int twice(int x) {
    std::signal(SIGXCPU, SIG_IGN);
    volatile unsigned long count = 0;
    auto spin = [&] { for (;;) count = count + 1; };
    std::thread one(spin), two(spin), three(spin);
    spin();
    return x;
}
