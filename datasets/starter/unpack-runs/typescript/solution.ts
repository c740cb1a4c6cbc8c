  return packed.replace(/~?(.)(\d*)/g, (_: string, character: string, count: string) =>
    character.repeat(count === '' ? 1 : Number(count)),
  );
}
