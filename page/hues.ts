const HUES = 8;

/** By the order in which hosts are named first. */
const known = new Map<string, number>();

/** The class with the colour of a host, the same wherever it holds something. */
export function hueOf(host: string): string {
  const index = known.get(host) ?? known.size;
  known.set(host, index);
  return `hue${index % HUES}`;
}
