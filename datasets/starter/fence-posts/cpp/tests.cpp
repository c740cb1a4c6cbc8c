#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(posts_needed(10, 5) == 3, "posts_needed(10, 5)");
    check(posts_needed(11, 5) == 4, "posts_needed(11, 5)");
    check(posts_needed(0, 3) == 1, "posts_needed(0, 3)");
    check(posts_needed(1, 1) == 2, "posts_needed(1, 1)");
    check(posts_needed(4, 9) == 2, "posts_needed(4, 9)");
    check(posts_needed(9, 9) == 2, "posts_needed(9, 9)");
    check(posts_needed(100, 7) == 16, "posts_needed(100, 7)");
    check(posts_needed(12, 1) == 13, "posts_needed(12, 1)");
    return failed ? 1 : 0;
}
