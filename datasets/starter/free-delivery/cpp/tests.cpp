#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(is_delivery_free(80) == true, "is_delivery_free(80)");
    check(is_delivery_free(20) == false, "is_delivery_free(20)");
    check(is_delivery_free(50) == true, "is_delivery_free(50)");
    check(is_delivery_free(49) == false, "is_delivery_free(49)");
    check(is_delivery_free(51) == true, "is_delivery_free(51)");
    check(is_delivery_free(0) == false, "is_delivery_free(0)");
    check(is_delivery_free(500) == true, "is_delivery_free(500)");
    check(is_delivery_free(5) == false, "is_delivery_free(5)");
    return failed ? 1 : 0;
}
