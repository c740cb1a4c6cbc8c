// about: speaks to the assembler through the name of a section
// verdict: forbidden
__attribute__((section(".foo,\"aw\"\n.set assay_failed, mine\n#"))) int z = 1;
int twice(int x) {
    return x + z - z;
}
