import type { HealthCheck } from './checks.ts';
import { named, originOf, type Problem } from './problem.ts';
import type { Node } from './vars.ts';

/** Seconds after which a check that begins anew is thought slow. */
const SLOW = 10;

/** Checks that let a VIP stay on a node that is ill, or move it without need. */
export function adviseChecks(node: Node): readonly Problem[] {
  const { keepalived_checks: checks } = node.vars;
  if (checks.length === 0) {
    return [
      {
        what: 'There is no check',
        origin: originOf(node, 'keepalived_checks'),
        fix: 'Leave keepalived_checks out to check the API server, or a VIP stays where it is dead.',
      },
    ];
  }
  return checks.flatMap((check, index) =>
    RULES.filter(({ applies }) => applies(check)).map(({ what, fix, field }) => ({
      what: `The check ${check.name} ${what}`,
      origin: originOf(node, 'keepalived_checks', [index, field]),
      fix,
    })),
  );
}

/** Checks of a node that are not those of the first of its ring: they judge health differently. */
export function adviseAgreement(ring: readonly Node[]): readonly Problem[] {
  const [first, ...others] = ring.filter(({ vars }) => vars.keepalived_profile === 'default');
  if (first === undefined) return [];
  return others
    .filter((node) => textOf(node) !== textOf(first))
    .map((node) => ({
      what: 'The nodes of a ring have different checks',
      origin: originOf(node, 'keepalived_checks'),
      fix: `Give ${node.host.name} those of ${named(first, 'keepalived_checks')}, or a VIP stays or moves by where it is.`,
    }));
}

function textOf({ vars }: Node): string {
  const byName = vars.keepalived_checks.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return JSON.stringify(byName);
}

const RULES: readonly {
  readonly field: keyof HealthCheck;
  readonly applies: (check: HealthCheck) => boolean;
  readonly what: string;
  readonly fix: string;
}[] = [
  {
    field: 'timeout',
    applies: ({ timeout, interval }) => timeout >= interval,
    what: 'may still run when it is to run again',
    fix: 'Set timeout below interval.',
  },
  {
    field: 'fall',
    applies: ({ fall }) => fall === 1,
    what: 'moves the VIPs at the first failure',
    fix: 'Set fall to 2 or more.',
  },
  {
    field: 'interval',
    applies: ({ interval }) => interval > SLOW,
    what: 'is slow to see a failure',
    fix: `Set interval to ${SLOW} or less.`,
  },
  {
    field: 'command',
    applies: ({ command }) => isCurl(command) && !failsOnError(command),
    what: 'takes an error for a healthy answer',
    fix: 'Give curl -f, or use url in place of command.',
  },
  {
    field: 'command',
    applies: ({ command }) => MERGED.test(command?.[0] ?? ''),
    what: 'has a program whose path is a link in many images',
    fix: 'keepalived 2.3.3 refuses what lies behind a link: write /usr/bin/…, or where else it is.',
  },
];

/** What is a link to a folder of /usr, or to /run, wherever these were merged. */
const MERGED = /^\/(?:s?bin|lib(?:64)?|var\/run)\//;

function isCurl(command: readonly string[] | undefined): command is readonly string[] {
  return command?.[0]?.endsWith('/curl') === true;
}

function failsOnError(command: readonly string[] | undefined): boolean {
  return command?.some((argument) => /^(-[a-zA-Z]*f[a-zA-Z]*|--fail.*)$/.test(argument)) === true;
}
