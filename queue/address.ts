/** A text in which addresses may have a user and a password, without those. */
export function withoutPassword(text: string): string {
  return text.replace(/\/\/[^\s/]*@/g, '//');
}
