fn main() {
    assert_eq!(greet_guest("Ada"), "Hello, Ada!");
    assert_eq!(greet_guest("Tom"), "Hello, Tom!");
    assert_eq!(greet_guest(""), "Hello, !");
    assert_eq!(greet_guest("x"), "Hello, x!");
    assert_eq!(greet_guest("Mary Ann"), "Hello, Mary Ann!");
    assert_eq!(greet_guest("zoe"), "Hello, zoe!");
    assert_eq!(greet_guest("R2-D2"), "Hello, R2-D2!");
    assert_eq!(greet_guest("KIM!"), "Hello, KIM!!");
}
