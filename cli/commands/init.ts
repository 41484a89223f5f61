import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, Option } from 'commander';
import { Failure, Failures } from '#engine/model/failure.ts';
import type { Playbook } from '#engine/model/playbook.ts';
import { quote } from '#engine/shell/quote.ts';
import type { NewRing } from '#playbooks/new-ring.ts';
import { openAsker } from '../ask-line.ts';
import type { Done } from '../command-file.ts';
import { findPlaybook } from '../find-playbook.ts';
import { type GivenAnswers, type GivenHost, givenHost } from '../given-answers.ts';
import { Interview, type Interviewed } from '../interview.ts';
import { NewRingCheck } from '../new-ring-check.ts';
import { ROOT } from '../package.ts';
import { printFailures, printWarnings } from '../print.ts';
import { writeForUser } from '../text-files.ts';

export function define(command: Command, done: Done): void {
  const options = FLAGS.map(([flag, description]) => new Option(flag, description));
  command
    .argument('[file]', 'the file to write; - prints it', 'inventory/ring.yaml')
    .addOption(
      new Option('--host <host>', 'NAME=ADDRESS,MAC, in the order of the ring; repeated').argParser(
        (text: string, before: readonly GivenHost[] = []) => [...before, givenHost(text)],
      ),
    );
  for (const option of options) command.addOption(option);
  command
    .option('--force', 'write over a file that is there')
    .action(async (file: string, { host: hosts = [], force = false, ...rest }: InitFlags) => {
      const given = options.map((option) => [option.name(), rest[option.attributeName()]] as const);
      const flags = Object.fromEntries(given) as GivenAnswers['flags'];
      const playbook = await findPlaybook({ command: 'deploy' });
      done(await init(playbook, file, { hosts, flags, force }));
    });
}

/** The flags of the questions of playbooks/new-ring.ts, with what their answers look like. */
const FLAGS = [
  ['--user <name>', 'the user to log in as (root)'],
  ['--vips <vips>', 'how many IPv6 VIPs, or addresses of IPv6 and IPv4 with commas (one per host)'],
  ['--fabric-id <number>', 'of which, with the number below, the nodes’ IPv6 addresses are made'],
  ['--virt <number>', 'the number of the virtual network in the fabric'],
  ['--prefix-length4 <number>', 'of the network of IPv4 VIPs (24)'],
  ['--interface <name>', 'the network interface that gets the VIPs (srvc0)'],
  ['--image-repository <url>', 'the git repository to build the image of'],
  ['--image-ref <ref>', 'the branch, tag or commit of it (main)'],
  [
    '--image-registry <host>',
    'where the image is pushed to; without one it is copied to each node',
  ],
] as const;

interface InitFlags extends Readonly<Record<string, unknown>> {
  readonly host?: readonly GivenHost[];
  readonly force?: boolean;
}

const SCHEMA = 'docs/inventory.schema.json';

/**
 * Writes an inventory for a new ring; `-` prints it. What no flag answers is asked on the terminal,
 * where there is one. Throws Failures, with nothing written, for answers that do not fit.
 */
async function init(
  playbook: Playbook<unknown>,
  file: string,
  { force, ...given }: GivenAnswers & { readonly force: boolean },
): Promise<number> {
  const prints = file === '-';
  if (!prints && !force && existsSync(file)) throw thereAlready(file);
  const check = new NewRingCheck(playbook, prints ? `../${SCHEMA}` : schemaFor(file));
  const ring = await ringOf(given, check, file);
  const text = await check.textOf(ring);
  if (prints) {
    process.stdout.write(text);
    return 0;
  }
  if (!(await writeForUser(file, text, { force }))) throw thereAlready(file);
  const count = ring.hosts.size === 1 ? 'one host' : `${ring.hosts.size} hosts`;
  process.stdout.write(`Wrote ${quote(file)}, a ring of ${count}. What it would do:
npm run deploy -- ${quote(file)} --dry-run\n`);
  return 0;
}

/** By a path from the file where both are in rota's own folder, which may be moved. */
function schemaFor(file: string): string {
  const [folder, schema] = [dirname(resolve(file)), resolve(ROOT, SCHEMA)];
  const isInside = !relative(ROOT, folder).startsWith('..');
  return isInside ? relative(folder, schema) : pathToFileURL(schema).href;
}

async function ringOf(given: GivenAnswers, check: NewRingCheck, file: string): Promise<NewRing> {
  const { ring, problems, missing } = await new Interview(given, check).run();
  if (problems.length > 0) throw new Failures(problems);
  if (missing.length > 0) {
    const asker = openAsker();
    if (asker === undefined) throw unanswered(missing);
    try {
      return await askUntilFit(new Interview(given, check, asker), check, file);
    } finally {
      asker.close();
    }
  }
  const judged = await check.judge(ring, file);
  if (judged.problems.length > 0) throw new Failures([...judged.problems, notWritten()]);
  printWarnings(judged.warnings);
  return ring;
}

async function askUntilFit(
  interview: Interview,
  check: NewRingCheck,
  file: string,
): Promise<NewRing> {
  for (;;) {
    const { ring }: Interviewed = await interview.run();
    const { problems, warnings } = await check.judge(ring, file);
    if (problems.length === 0) {
      printWarnings(warnings);
      return ring;
    }
    printFailures(problems);
    process.stderr.write('\nOnce more, then; an empty line keeps what is in brackets.\n');
  }
}

function thereAlready(file: string): Failure {
  const fix = 'Name another file, or write over it with --force.';
  return new Failure('The file is there already', { where: file, fix });
}

function unanswered(flags: readonly string[]): Failure {
  return new Failure('There is no terminal to ask on, and answers are missing', {
    fix: `Give ${flags.map((flag) => EXAMPLES[flag] ?? flag).join(', ')}; rota init --help says more.`,
  });
}

const EXAMPLES: Readonly<Record<string, string>> = {
  '--host': '--host NAME=ADDRESS,MAC for each host',
};

function notWritten(): Failure {
  return new Failure('Nothing was written: the inventory would not be in order', {
    fix: 'Mend the flags. The places above are those of the file that would have been written.',
  });
}
