#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(seat_count(3, 4) == 12, "seat_count(3, 4)");
    check(seat_count(10, 2) == 20, "seat_count(10, 2)");
    check(seat_count(0, 8) == 0, "seat_count(0, 8)");
    check(seat_count(5, 0) == 0, "seat_count(5, 0)");
    check(seat_count(1, 1) == 1, "seat_count(1, 1)");
    check(seat_count(7, 6) == 42, "seat_count(7, 6)");
    check(seat_count(25, 40) == 1000, "seat_count(25, 40)");
    check(seat_count(1, 9) == 9, "seat_count(1, 9)");
    return failed ? 1 : 0;
}
