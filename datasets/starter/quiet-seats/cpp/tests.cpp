#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(first_quiet_seats("x....x", 2) == 2, "first_quiet_seats(\"x....x\", 2)");
    check(first_quiet_seats("..x..", 2) == -1, "first_quiet_seats(\"..x..\", 2)");
    check(first_quiet_seats("...", 3) == 0, "first_quiet_seats(\"...\", 3)");
    check(first_quiet_seats("", 1) == -1, "first_quiet_seats(\"\", 1)");
    check(first_quiet_seats(".", 1) == 0, "first_quiet_seats(\".\", 1)");
    check(first_quiet_seats("x...", 2) == 2, "first_quiet_seats(\"x...\", 2)");
    check(first_quiet_seats("..x", 1) == 0, "first_quiet_seats(\"..x\", 1)");
    check(first_quiet_seats("x.x.x..x...x", 1) == 9, "first_quiet_seats(\"x.x.x..x...x\", 1)");
    check(first_quiet_seats(".x.....x.", 4) == -1, "first_quiet_seats(\".x.....x.\", 4)");
    check(first_quiet_seats("....x....", 3) == 0, "first_quiet_seats(\"....x....\", 3)");
    return failed ? 1 : 0;
}
