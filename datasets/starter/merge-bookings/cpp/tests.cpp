#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(merge_bookings({{9, 10}, {12, 15}, {11, 13}}, 0) == vector<pair<int, int>>{{9, 10}, {11, 15}}, "merge_bookings({{9, 10}, {12, 15}, {11, 13}}, 0)");
    check(merge_bookings({{9, 10}, {12, 15}, {11, 13}}, 1) == vector<pair<int, int>>{{9, 15}}, "merge_bookings({{9, 10}, {12, 15}, {11, 13}}, 1)");
    check(merge_bookings({}, 5) == vector<pair<int, int>>{}, "merge_bookings({}, 5)");
    check(merge_bookings({{3, 3}, {8, 6}}, 2) == vector<pair<int, int>>{}, "merge_bookings({{3, 3}, {8, 6}}, 2)");
    check(merge_bookings({{1, 2}, {2, 3}, {4, 5}}, 0) == vector<pair<int, int>>{{1, 3}, {4, 5}}, "merge_bookings({{1, 2}, {2, 3}, {4, 5}}, 0)");
    check(merge_bookings({{0, 20}, {5, 6}, {22, 23}}, 1) == vector<pair<int, int>>{{0, 20}, {22, 23}}, "merge_bookings({{0, 20}, {5, 6}, {22, 23}}, 1)");
    check(merge_bookings({{0, 20}, {5, 6}, {22, 23}}, 2) == vector<pair<int, int>>{{0, 23}}, "merge_bookings({{0, 20}, {5, 6}, {22, 23}}, 2)");
    check(merge_bookings({{0, 2}, {4, 4}, {6, 8}}, 2) == vector<pair<int, int>>{{0, 2}, {6, 8}}, "merge_bookings({{0, 2}, {4, 4}, {6, 8}}, 2)");
    check(merge_bookings({{30, 40}, {-5, 1}, {3, 4}, {30, 31}, {7, 9}}, 2) == vector<pair<int, int>>{{-5, 4}, {7, 9}, {30, 40}}, "merge_bookings({{30, 40}, {-5, 1}, {3, 4}, {30, 31}, {7, 9}}, 2)");
    return failed ? 1 : 0;
}
