#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(last_stop({"Mill", "Park", "Station"}) == "Station", "last_stop({\"Mill\", \"Park\", \"Station\"})");
    check(last_stop({"Harbour"}) == "Harbour", "last_stop({\"Harbour\"})");
    check(last_stop({"a", "b"}) == "b", "last_stop({\"a\", \"b\"})");
    check(last_stop({"b", "a"}) == "a", "last_stop({\"b\", \"a\"})");
    check(last_stop({"Elm", "Elm"}) == "Elm", "last_stop({\"Elm\", \"Elm\"})");
    check(last_stop({"North Gate", "South Gate"}) == "South Gate", "last_stop({\"North Gate\", \"South Gate\"})");
    check(last_stop({"1", "2", "3", "4", "5"}) == "5", "last_stop({\"1\", \"2\", \"3\", \"4\", \"5\"})");
    check(last_stop({"Zoo", "Lake", "Zoo", "Mill"}) == "Mill", "last_stop({\"Zoo\", \"Lake\", \"Zoo\", \"Mill\"})");
    return failed ? 1 : 0;
}
