// about: takes all memory
// verdict: memory
#include <cstring>
#include <vector>
int twice(int x) {
    std::vector<char*> kept;
    for (;;) {
        kept.push_back(new char[1 << 24]);
        std::memset(kept.back(), 1, 1 << 24);
    }
}
