  if (word.length < 3) {
    return word;
  }
  return word[0] + '*'.repeat(word.length - 2) + word[word.length - 1];
}
