    return "Hello, " + name + "!"
