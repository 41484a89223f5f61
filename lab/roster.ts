import { Failure } from '#engine/model/failure.ts';

/** A node of the lab: what it is called, and how it is reached on both networks. */
export interface LabNode {
  readonly name: string;
  /** On the management network, 10.77.0.0/16, where sshd listens. */
  readonly address: string;
  /** Of srvc0, on the fabric. */
  readonly mac: string;
  readonly fabricAddress: string;
  /** Its IPv4 address there, of 10.78.0.0/16. */
  readonly fabricAddress4: string;
}

export const REGISTRY = '10.77.0.1:5000';
export const CLIENT_ADDRESS = 'fd02:9a01::c';
export const CLIENT_ADDRESS4 = '10.78.255.12';

/** The MAC addresses of the guide's three controllers. */
const GUIDE = ['90:b1:1c:26:6a:a2', '54:9f:35:09:8e:ac', '18:66:da:e6:46:74'];
/** 10.77.255.0/24 is for the user's end of the uplink. */
const MOST = 60_000;

/** How many nodes a word asks for; for a command line. */
export function nodeCount(word: string): number {
  return roster(Number(word)).length;
}

/** Nodes node1 … nodeN; the first three are those of the guide. */
export function roster(count: number): readonly LabNode[] {
  if (!Number.isInteger(count) || count < 1 || count > MOST)
    throw new Failure('A lab cannot have so many nodes', {
      where: `${count} nodes`,
      fix: `Have it have 1 to ${MOST}.`,
    });
  return Array.from({ length: count }, (_, index) => nodeAt(index));
}

function nodeAt(index: number): LabNode {
  const number = index + 1;
  const low = number + 10;
  const mac = GUIDE[index] ?? `02:00:00:00:${hex(number >> 8)}:${hex(number & 255)}`;
  return {
    name: `node${number}`,
    address: `10.77.${low >> 8}.${low & 255}`,
    mac,
    fabricAddress: fabricAddress(mac),
    fabricAddress4: `10.78.${low >> 8}.${low & 255}`,
  };
}

/** The guide's scheme for fabric 666, virt 1: the prefix, and the whole MAC as three groups. */
function fabricAddress(mac: string): string {
  const bytes = mac.split(':');
  const group = (at: number) => Number.parseInt(`${bytes[at]}${bytes[at + 1]}`, 16).toString(16);
  return `fd02:9a01::${group(0)}:${group(2)}:${group(4)}`;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/**
 * What a node is like: `debian` has OpenSSH's sshd and dash as its sh; `bash` has bash as its sh;
 * `dropbear` has dropbear in sshd's place; `busybox` has that, too, and busybox's tools alone, podman apart.
 */
export const FLAVOURS = ['debian', 'bash', 'dropbear', 'busybox'] as const;
type Flavour = (typeof FLAVOURS)[number];

/** The flavours of nodes by name; one that is not named is a Debian. */
export type Flavours = Readonly<Record<string, Flavour>>;

/** Adds a word such as `node2=busybox` to the flavours; for a command line. */
export function addFlavour(word: string, before: Flavours = {}): Flavours {
  const [name = '', value] = word.split('=');
  const flavour = FLAVOURS.find((one) => one === value);
  if (flavour !== undefined) return { ...before, [name]: flavour };
  throw new Failure('There is no such flavour of a node', {
    where: `--flavour ${word}`,
    fix: `Write NODE=FLAVOUR, with one of ${FLAVOURS.join(', ')}.`,
  });
}
