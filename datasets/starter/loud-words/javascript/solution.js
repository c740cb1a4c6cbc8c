  return text.split(' ').filter((word) => word.endsWith('!')).length;
}
