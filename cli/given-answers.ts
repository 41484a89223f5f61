import { Failure } from '#engine/model/failure.ts';

/** A host as --host gives it. */
export interface GivenHost {
  readonly name: string;
  readonly address?: string;
  readonly mac?: string;
  readonly address4?: string;
}

/** The answers that a command line gives. */
export interface GivenAnswers {
  readonly hosts: readonly GivenHost[];
  /** By the flag, without its dashes. */
  readonly flags: Readonly<Record<string, string | undefined>>;
}

/** Reads `NAME[=ADDRESS[,MAC][,IPV4]]`. Throws a Failure for more. */
export function givenHost(text: string): GivenHost {
  const [, name = '', rest] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  const [address, ...parts] = (rest ?? '').split(',').map((part) => part.trim());
  const address4 = parts.find(isAddress4);
  const [mac, more] = parts.filter((part) => part !== address4);
  if (more !== undefined) {
    const fix = 'Write --host NAME=ADDRESS,MAC, and ,IPV4 after it for a ring with IPv4 VIPs.';
    throw new Failure('A host cannot be read', { where: `--host ${text}`, fix });
  }
  return {
    name: name.trim(),
    ...(address ? { address } : {}),
    ...(mac === undefined ? {} : { mac }),
    ...(address4 === undefined ? {} : { address4 }),
  };
}

function isAddress4(text: string): boolean {
  return /^\d+(\.\d+){3}$/.test(text);
}
