  return packed.replace(/~?(.)(\d*)/g, (_, character, count) =>
    character.repeat(count === '' ? 1 : Number(count)),
  );
}
