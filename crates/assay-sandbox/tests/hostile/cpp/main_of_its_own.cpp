// about: shuts its tests into a namespace
// verdict: compile_error
int twice(int x) {
    return x;
}
int main() {}
namespace hidden {
