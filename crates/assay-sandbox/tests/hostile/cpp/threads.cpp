// about: starts threads without end
// verdict: process_limit
#include <chrono>
#include <thread>
int twice(int x) {
    for (;;) std::thread([] { std::this_thread::sleep_for(std::chrono::hours(1)); }).detach();
    return 2 * x;
}
