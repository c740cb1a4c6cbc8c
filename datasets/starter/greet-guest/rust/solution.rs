    format!("Hello, {name}!")
}
