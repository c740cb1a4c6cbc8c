    stops[stops.len() - 1].to_string()
}
