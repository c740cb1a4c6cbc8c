#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(ticket_price(4) == 0, "ticket_price(4)");
    check(ticket_price(30) == 5, "ticket_price(30)");
    check(ticket_price(5) == 0, "ticket_price(5)");
    check(ticket_price(6) == 5, "ticket_price(6)");
    check(ticket_price(7) == 5, "ticket_price(7)");
    check(ticket_price(0) == 0, "ticket_price(0)");
    check(ticket_price(1) == 0, "ticket_price(1)");
    check(ticket_price(99) == 5, "ticket_price(99)");
    return failed ? 1 : 0;
}
