        return "Hello, " + name + "!";
    }
}
