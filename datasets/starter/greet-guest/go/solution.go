	return "Hello, " + name + "!"
}
