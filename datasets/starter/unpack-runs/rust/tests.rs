fn main() {
    assert_eq!(unpack_runs("a3b"), "aaab");
    assert_eq!(unpack_runs("~72x"), "77x");
    assert_eq!(unpack_runs(""), "");
    assert_eq!(unpack_runs("~~2"), "~~");
    assert_eq!(unpack_runs("z12y"), "zzzzzzzzzzzzy");
    assert_eq!(unpack_runs("a0b"), "b");
    assert_eq!(unpack_runs("~13~3"), "1113");
    assert_eq!(unpack_runs("x 3.2"), "x   ..");
    assert_eq!(unpack_runs("~~~~~0"), "~~0");
    assert_eq!(unpack_runs("~010q~9"), "0000000000q9");
}
