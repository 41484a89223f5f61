/**
 * The same function, which makes nothing anew while it is asked with the very same things. For what
 * is pure and asked for often.
 */
export function keepLast<Asked extends readonly unknown[], Made>(
  make: (...asked: Asked) => Made,
): (...asked: Asked) => Made {
  let last: { readonly asked: Asked; readonly made: Made } | undefined;
  return (...asked) => {
    if (last === undefined || !isSame(last.asked, asked)) last = { asked, made: make(...asked) };
    return last.made;
  };
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
