import type { HealthCheck } from './checks.ts';
import { originOf, type Problem } from './problem.ts';
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
];

function isCurl(command: readonly string[] | undefined): command is readonly string[] {
  return command?.[0]?.endsWith('/curl') === true;
}

function failsOnError(command: readonly string[] | undefined): boolean {
  return command?.some((argument) => /^(-[a-zA-Z]*f[a-zA-Z]*|--fail.*)$/.test(argument)) === true;
}
