#include <iostream>

int main() {
    bool failed = false;
    auto check = [&failed](bool holds, const char* call) {
        if (!holds) {
            cerr << "wrong answer: " << call << endl;
            failed = true;
        }
    };
    check(fewest_moves({"S.#G"}) == 2, "fewest_moves({\"S.#G\"})");
    check(fewest_moves({"S##G"}) == -1, "fewest_moves({\"S##G\"})");
    check(fewest_moves({"SG"}) == 1, "fewest_moves({\"SG\"})");
    check(fewest_moves({"S.G"}) == 2, "fewest_moves({\"S.G\"})");
    check(fewest_moves({"S#.#G", "...##"}) == 5, "fewest_moves({\"S#.#G\", \"...##\"})");
    check(fewest_moves({"S...", "###.", "###.", "G..."}) == 9, "fewest_moves({\"S...\", \"###.\", \"###.\", \"G...\"})");
    check(fewest_moves({"G..", "##.", "S.."}) == 1, "fewest_moves({\"G..\", \"##.\", \"S..\"})");
    check(fewest_moves({"S#", "#G"}) == -1, "fewest_moves({\"S#\", \"#G\"})");
    check(fewest_moves({"..#.G", ".##.#", "S.#..", ".####"}) == 5, "fewest_moves({\"..#.G\", \".##.#\", \"S.#..\", \".####\"})");
    check(fewest_moves({".#...", ".#.#.", "S#.#G", ".##.."}) == 7, "fewest_moves({\".#...\", \".#.#.\", \"S#.#G\", \".##..\"})");
    return failed ? 1 : 0;
}
