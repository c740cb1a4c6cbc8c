fn stock(entries: &[(&str, i64)]) -> HashMap<String, i64> {
    entries.iter().map(|&(name, count)| (name.to_string(), count)).collect()
}

fn main() {
    assert_eq!(apply_orders(&stock(&[("apple", 2)]), &["+3 pear", "-1 apple"]), stock(&[("apple", 1), ("pear", 3)]));
    assert_eq!(apply_orders(&stock(&[("fig", 1)]), &["-2 fig", "-1 fig"]), stock(&[]));
    assert_eq!(apply_orders(&stock(&[]), &[]), stock(&[]));
    assert_eq!(apply_orders(&stock(&[("apple", 4), ("plum", 7)]), &[]), stock(&[("apple", 4), ("plum", 7)]));
    assert_eq!(apply_orders(&stock(&[]), &["-1 kiwi", "+12 kiwi", "-10 kiwi"]), stock(&[("kiwi", 2)]));
    assert_eq!(apply_orders(&stock(&[("lime", 5)]), &["-5 lime", "-1 lime", "+2 lime", "+2 lime"]), stock(&[("lime", 4)]));
    assert_eq!(apply_orders(&stock(&[("date", 10), ("fig", 10)]), &["-11 date", "-3 fig", "-7 date", "-7 fig"]), stock(&[("date", 3)]));
}
