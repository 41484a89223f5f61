/** A text in which addresses may have a user, a password or a token, without those. */
export function withoutPassword(text: string): string {
  return text.replace(/(\S*?\/\/)?\S*@/g, '$1').replace(/\?\S+/g, '');
}
