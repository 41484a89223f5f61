import { z } from 'zod';

const URL_OF_CHECK =
  /^https?:\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(\/[A-Za-z0-9/._?&=%+:,-]*)?$/;
const PROGRAM = /^\/[A-Za-z0-9/._+-]+$/;
const ARGUMENT = /^[A-Za-z0-9/._:=,+%?&[\]-]+$/;

const seconds = (fallback: number, most: number) =>
  z.int(`not a whole number of seconds: expected 1 to ${most}`).min(1).max(most).default(fallback);

const times = (fallback: number) =>
  z.int('not a number of times: expected 1 to 100').min(1).max(100).default(fallback);

const command = z
  .array(
    z.string('not an argument: expected text').regex(ARGUMENT, {
      error: 'not an argument of a check: letters, digits and / . _ : = , + % ? & [ ] - only',
    }),
    'not a command: expected a list such as [/usr/bin/test, -e, /run/ready]',
  )
  .min(1, 'an empty command: expected a list such as [/usr/bin/test, -e, /run/ready]')
  .refine((argv) => argv[0] === undefined || PROGRAM.test(argv[0]), {
    error: 'keepalived has no search path: expected a program with its whole path',
    path: [0],
  });

/** What a node must pass to hold VIPs: a URL that answers 2xx, or a command that exits 0. */
export const HealthCheck = z
  .strictObject({
    name: z
      .string('not the name of a check: expected text such as chk_api_service')
      .regex(/^[A-Za-z]\w{0,30}$/, {
        error: 'not the name of a check: expected letters, digits and _, such as chk_api_service',
      })
      .describe('What keepalived calls the check.'),
    url: z
      .string('not a URL: expected one such as https://localhost:6443/healthz')
      .regex(URL_OF_CHECK, {
        error: 'not a URL of a check: expected one such as https://localhost:6443/healthz',
      })
      .optional()
      .describe('Passes when it answers with a status of 200 to 299.'),
    command: command
      .optional()
      .describe('A program with its whole path, and its arguments: passes when it exits 0.'),
    interval: seconds(5, 3600).describe('Seconds between two tries.'),
    timeout: seconds(4, 3600).describe('Seconds after which a try has failed.'),
    rise: times(2).describe('Tries that must pass, one after the other, for the node to be well.'),
    fall: times(3).describe('Tries that must fail, one after the other, for it not to be.'),
  })
  .refine((check) => (check.url === undefined) !== (check.command === undefined), {
    error: 'a check asks a url or runs a command: expected exactly one of the two',
  });

export type HealthCheck = z.infer<typeof HealthCheck>;

/** Whether the API server of the node answers: the check of the guide's template. */
export const API_CHECK: HealthCheck = {
  name: 'chk_api_service',
  url: 'https://localhost:6443/healthz',
  interval: 5,
  timeout: 4,
  rise: 2,
  fall: 3,
};

/** The line that keepalived runs. curl gives up on its own before keepalived has to kill it. */
export function scriptOf(check: HealthCheck): string {
  if (check.command !== undefined) return check.command.join(' ');
  const limit = Math.max(1, check.timeout - 1);
  return `/usr/bin/curl -s -k -f --max-time ${limit} ${check.url} -o /dev/null`;
}
