import type { PageHost } from '../engine/report/page/data.ts';

/** Gives the class with the colour of a host, the same wherever it is on duty. */
export type HueOf = (host: string) => string;

const HUES = 8;

/** By the order of the hosts: those that share a ring are beside each other. */
export function huesOf(hosts: readonly PageHost[]): HueOf {
  const indexes = new Map(hosts.map(({ name }, index) => [name, index]));
  return (host) => `hue${(indexes.get(host) ?? 0) % HUES}`;
}
