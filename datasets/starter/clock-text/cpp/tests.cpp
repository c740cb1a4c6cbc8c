#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(clock_text(125) == "2:05", "clock_text(125)");
    check(clock_text(59) == "0:59", "clock_text(59)");
    check(clock_text(0) == "0:00", "clock_text(0)");
    check(clock_text(60) == "1:00", "clock_text(60)");
    check(clock_text(7) == "0:07", "clock_text(7)");
    check(clock_text(600) == "10:00", "clock_text(600)");
    check(clock_text(1439) == "23:59", "clock_text(1439)");
    check(clock_text(6010) == "100:10", "clock_text(6010)");
    return failed ? 1 : 0;
}
