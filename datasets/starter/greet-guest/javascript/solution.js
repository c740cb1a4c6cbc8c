  return 'Hello, ' + name + '!';
}
