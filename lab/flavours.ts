import { Failure } from '#engine/model/failure.ts';

/**
 * What a node is like: `debian` has OpenSSH's sshd and dash as its sh; `bash` has bash as its sh;
 * `dropbear` has dropbear in sshd's place; `busybox` has that, too, and busybox's tools alone, podman apart.
 */
export const FLAVOURS = ['debian', 'bash', 'dropbear', 'busybox'] as const;
export type Flavour = (typeof FLAVOURS)[number];

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
