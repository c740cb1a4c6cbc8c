// about: calls what its tests report with
// verdict: forbidden compile_error
extern "C" void assay_report(unsigned long long, unsigned long long);
int twice(int x) {
    assay_report(0, 0);
    return x;
}
