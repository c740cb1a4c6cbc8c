    return "Hello, " + name + "!";
}
