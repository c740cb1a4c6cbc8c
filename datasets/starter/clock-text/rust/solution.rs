    format!("{}:{:02}", minutes / 60, minutes % 60)
}
