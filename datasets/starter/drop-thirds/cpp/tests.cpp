#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(drop_thirds({1, 2, 3, 4, 5, 6, 7}) == vector<int>{1, 2, 4, 5, 7}, "drop_thirds({1, 2, 3, 4, 5, 6, 7})");
    check(drop_thirds({8, 9}) == vector<int>{8, 9}, "drop_thirds({8, 9})");
    check(drop_thirds({}) == vector<int>{}, "drop_thirds({})");
    check(drop_thirds({4}) == vector<int>{4}, "drop_thirds({4})");
    check(drop_thirds({5, 5, 5}) == vector<int>{5, 5}, "drop_thirds({5, 5, 5})");
    check(drop_thirds({3, 0, -1, 6, 3, 3}) == vector<int>{3, 0, 6, 3}, "drop_thirds({3, 0, -1, 6, 3, 3})");
    check(drop_thirds({10, 20, 30, 40}) == vector<int>{10, 20, 40}, "drop_thirds({10, 20, 30, 40})");
    check(drop_thirds({9, 8, 7, 6, 5, 4, 3, 2, 1}) == vector<int>{9, 8, 6, 5, 3, 2}, "drop_thirds({9, 8, 7, 6, 5, 4, 3, 2, 1})");
    return failed ? 1 : 0;
}
