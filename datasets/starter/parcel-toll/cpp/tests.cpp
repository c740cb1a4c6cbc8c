#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(parcel_toll({2, 5, 3}, 4) == 15, "parcel_toll({2, 5, 3}, 4)");
    check(parcel_toll({1, 1}, 1) == 2, "parcel_toll({1, 1}, 1)");
    check(parcel_toll({}, 10) == 0, "parcel_toll({}, 10)");
    check(parcel_toll({7}, 6) == 14, "parcel_toll({7}, 6)");
    check(parcel_toll({6}, 6) == 6, "parcel_toll({6}, 6)");
    check(parcel_toll({10, 20, 30}, 0) == 120, "parcel_toll({10, 20, 30}, 0)");
    check(parcel_toll({4, 9, 4, 9}, 8) == 44, "parcel_toll({4, 9, 4, 9}, 8)");
    check(parcel_toll({0, 0, 3}, 2) == 6, "parcel_toll({0, 0, 3}, 2)");
    return failed ? 1 : 0;
}
