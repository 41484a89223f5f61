/** A message of others with a full stop at its end, unless it has an end already. */
export function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
