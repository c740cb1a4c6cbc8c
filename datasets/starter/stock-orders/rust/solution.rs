    let mut left = stock.clone();
    for order in orders {
        let (change, item) = order.split_once(' ').expect("an order has two words");
        let change: i64 = change.parse().expect("an order begins with a number");
        let count = left.entry(item.to_string()).or_insert(0);
        if *count + change >= 0 {
            *count += change;
        }
    }
    left.retain(|_, count| *count > 0);
    left
}
