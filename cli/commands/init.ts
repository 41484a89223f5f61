import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, Option } from 'commander';
import { Failure, Failures, failuresOf } from '#engine/model/failure.ts';
import { quote } from '#engine/shell/quote.ts';
import { inventorySchema } from '#lib/ansible-inventory/index.ts';
import deploy from '#playbooks/deploy.ts';
import { load } from '../load.ts';
import {
  type Described,
  EXAMPLE,
  type GivenHost,
  type GivenRing,
  givenHost,
  inventoryText,
  variablesOf,
} from '../new-inventory.ts';
import { ROOT } from '../package.ts';
import { printWarnings } from '../print.ts';
import { writeForUser } from '../text-files.ts';

export function define(command: Command) {
  const hosts = new Option(
    '--host <host>',
    'NAME=ADDRESS,MAC, in the order of the ring; repeated; an example of three, when left out',
  ).argParser((text: string, before: readonly GivenHost[] = []) => [...before, givenHost(text)]);
  const options = FLAGS.map(([name, flag, text]) => ({ name, option: new Option(flag, text) }));
  command
    .argument('[file]', 'the file to write; - prints it', 'inventory/ring.yaml')
    .addOption(hosts);
  for (const { option } of options) command.addOption(option);
  command.option('--force', 'write over a file that is there');
  return async (file: string, { host, force = false, ...flags }: InitFlags) => {
    const texts = options.flatMap(({ name, option }) => {
      const text = flags[option.attributeName()];
      return typeof text === 'string' ? [[name, text] as const] : [];
    });
    const ring = host === undefined ? EXAMPLE : { hosts: host, texts: {} };
    return await init(
      file,
      { ...ring, texts: { ...ring.texts, ...Object.fromEntries(texts) } },
      force,
    );
  };
}

/** The variables that flags set; IPv4 addresses of VIPs are for another one. */
const FLAGS = [
  ['ansible_user', '--user <name>', 'the user to log in as (root)'],
  [
    'vrrp_vips',
    '--vips <vips>',
    'how many IPv6 VIPs, or addresses of IPv6 and IPv4 with commas (one per host)',
  ],
  [
    'vrrp_fabric_id',
    '--fabric-id <number>',
    'of which, with the number below, the nodes’ IPv6 addresses are made',
  ],
  ['vrrp_virt', '--virt <number>', 'the number of the virtual network in the fabric'],
  ['vrrp_prefix_length4', '--prefix-length4 <number>', 'of the network of IPv4 VIPs (24)'],
  ['vrrp_interface', '--interface <name>', 'the network interface that gets the VIPs (srvc0)'],
  ['image_repository', '--image-repository <url>', 'the git repository to build the image of'],
  ['image_ref', '--image-ref <ref>', 'the branch, tag or commit of it (main)'],
  [
    'image_registry',
    '--image-registry <host>',
    'where the image is pushed to; without one it is copied to each node',
  ],
] as const;

interface InitFlags extends Readonly<Record<string, unknown>> {
  readonly host?: readonly GivenHost[];
  readonly force?: boolean;
}

const SCHEMA = 'docs/inventory.schema.json';

/** Writes an inventory; `-` prints it. Throws Failures, with nothing written, for one that does not lint. */
async function init(file: string, ring: GivenRing, force: boolean): Promise<number> {
  const prints = file === '-';
  if (!prints && !force && existsSync(file)) throw thereAlready(file);
  const text = await textOf(ring, prints ? `../${SCHEMA}` : schemaFor(file));
  printWarnings(await lint(text, file, ring));
  if (prints) {
    process.stdout.write(text);
    return 0;
  }
  if (!(await writeForUser(file, text, { force }))) throw thereAlready(file);
  const what =
    ring.hosts === EXAMPLE.hosts ? 'an example to put your own values into' : `a ${titleOf(ring)}`;
  process.stdout.write(`Wrote ${quote(file)}, ${what}. What it would do:
npm run deploy -- ${quote(file)} --dry-run\n`);
  return 0;
}

/** By a path from the file where both are in rota's own folder, which may be moved. */
function schemaFor(file: string): string {
  const [folder, schema] = [dirname(resolve(file)), resolve(ROOT, SCHEMA)];
  const isInside = !relative(ROOT, folder).startsWith('..');
  return isInside ? relative(folder, schema) : pathToFileURL(schema).href;
}

function titleOf({ hosts }: GivenRing): string {
  return `ring of ${hosts.length === 1 ? 'one host' : `${hosts.length} hosts`}`;
}

async function textOf(ring: GivenRing, schema: string): Promise<string> {
  const { definitions } = (await inventorySchema(deploy)) as {
    definitions: { variables: { properties: Record<string, { description?: string }> } };
  };
  const described: Described = new Map(Object.entries(definitions.variables.properties));
  const title = `A ${titleOf(ring)}. Their order is that of the ring: VIP 1 belongs to the first, VIP 2 to the second, and so on. What begins with # is not set; the values there are the defaults.`;
  const { hosts: group, prefixes = [] } = deploy;
  return inventoryText({ schema, title, group, ...variablesOf(ring) }, described, prefixes);
}

/** Its warnings. Reads it as every command reads inventories, out of a folder that goes again. */
async function lint(text: string, file: string, { hosts }: GivenRing): Promise<readonly Failure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rota-init-'));
  const path = join(folder, 'new.yaml');
  const named = (failure: Failure) => elsewhere(failure, path, file);
  try {
    await writeFile(path, text);
    const { members, warnings } = await load(deploy, { sources: [path] });
    const wrong = misread(hosts, new Set(members.map(({ host }) => host.name)));
    if (wrong.length > 0) throw new Failures(wrong);
    return warnings.map(named);
  } catch (error) {
    throw new Failures([...failuresOf(error).map(named), notWritten()]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Such as n[1:2], which stands for two hosts. */
function misread(hosts: readonly GivenHost[], names: ReadonlySet<string>): readonly Failure[] {
  return hosts
    .filter(({ name }, index) => {
      const isTwice = hosts.findIndex((other) => other.name === name) !== index;
      return isTwice || !names.has(name);
    })
    .map(({ name }) => {
      const fix = 'Give each host a name of its own, without a range.';
      return new Failure('A host cannot be called so', { where: `--host ${name}`, fix });
    });
}

function elsewhere(failure: Failure, path: string, file: string): Failure {
  const { where = file, fix = '', message } = failure;
  return new Failure(message, {
    where: where.replaceAll(path, () => file),
    fix: fix.replaceAll(path, () => file),
  });
}

function thereAlready(file: string): Failure {
  const fix = 'Name another file, or write over it with --force.';
  return new Failure('The file is there already', { where: file, fix });
}

function notWritten(): Failure {
  return new Failure('Nothing was written: the inventory would not be in order', {
    fix: 'Mend the flags; rota init --help says what each is. The places above are those of the file that would have been written.',
  });
}
