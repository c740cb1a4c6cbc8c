#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(can_ride({70, 80, 60}, 300, 4) == true, "can_ride({70, 80, 60}, 300, 4)");
    check(can_ride({70, 80, 60}, 300, 2) == false, "can_ride({70, 80, 60}, 300, 2)");
    check(can_ride({}, 0, 0) == true, "can_ride({}, 0, 0)");
    check(can_ride({100, 100}, 200, 2) == true, "can_ride({100, 100}, 200, 2)");
    check(can_ride({100, 101}, 200, 2) == false, "can_ride({100, 101}, 200, 2)");
    check(can_ride({1, 1, 1, 1}, 500, 3) == false, "can_ride({1, 1, 1, 1}, 500, 3)");
    check(can_ride({90}, 80, 6) == false, "can_ride({90}, 80, 6)");
    check(can_ride({40, 40, 40}, 120, 3) == true, "can_ride({40, 40, 40}, 120, 3)");
    return failed ? 1 : 0;
}
