#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(total_with_tip(20, 3) == 23, "total_with_tip(20, 3)");
    check(total_with_tip(50, 5) == 55, "total_with_tip(50, 5)");
    check(total_with_tip(18, 0) == 18, "total_with_tip(18, 0)");
    check(total_with_tip(0, 2) == 2, "total_with_tip(0, 2)");
    check(total_with_tip(0, 0) == 0, "total_with_tip(0, 0)");
    check(total_with_tip(1, 1) == 2, "total_with_tip(1, 1)");
    check(total_with_tip(999, 101) == 1100, "total_with_tip(999, 101)");
    check(total_with_tip(3, 40) == 43, "total_with_tip(3, 40)");
    return failed ? 1 : 0;
}
