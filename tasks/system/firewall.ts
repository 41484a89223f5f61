import { createHash } from 'node:crypto';
import { type Command, ownFile, ownFolder } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { like, refuse } from '#engine/model/options.ts';
import type { Output, Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { type FileFact, fileAt, textIn, textToEdit } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import { joinLines, rewrite, splitLines } from '../files/edited.ts';

const FOLDER = '/etc/nftables.d';
const PATH = `${FOLDER}/rota.nft`;
/** The hash of what was loaded last, and what nft has told of it then. */
const KEPT = '/var/lib/rota/firewall';
/** Empties the table, and makes it where it is not there. */
const EMPTY = 'table inet rota\ndelete table inet rota\n';
const CHECK = 'nft -c -f "$1"';
const AS_WANTED = 'as its file says';
const CHAINS = like(/\bchain\b/, 'what is in a table of nft(8), with a chain in it');

/**
 * A table of rota's own in nftables, `inet rota`, with these sets and chains: checked, loaded as a whole in one
 * step, and loaded at each boot by nftables.service. All other tables stay as they are.
 */
export function firewall(chains: string): Task {
  refuse('firewall', CHAINS(chains, 'chains'));
  const body = `${EMPTY}table inet rota {\n${chains.trimEnd()}\n}\n`;
  const hash = createHash('sha256').update(body).digest('hex');
  return task({
    title: 'firewall',
    reads: {
      loaded,
      folder: fileAt(FOLDER),
      ours: fileAt(PATH),
      fedora: fileAt('/etc/sysconfig/nftables.conf'),
      debian: fileAt('/etc/nftables.conf'),
      alpine: fileAt('/etc/nftables.nft'),
    },
    desired: (facts) => {
      const { path, text } = bootFile(facts);
      return { [PATH]: body, [path]: withInclude(text), loaded: AS_WANTED };
    },
    inspect: ({ ours, ...facts }) => {
      const { path, text } = bootFile(facts);
      return { [PATH]: textIn(ours), [path]: text, loaded: stateOf(facts.loaded, hash) };
    },
    note: ({ loaded: { port } }) =>
      dropsUnnamed(chains, port)
        ? `it names no port ${port}, by which this run came in: new connections to it may be dropped`
        : undefined,
    apply: ({ desired, fields, facts }) => {
      const { path, there } = bootFile(facts);
      const commands: Record<string, readonly Command[]> = {
        [PATH]: [
          ...(facts.folder.type === 'absent' ? [ownFolder(FOLDER)] : []),
          { ...ownFile(PATH, body), check: CHECK },
        ],
        [path]: [{ ...rewrite(path, there, `${desired[path]}`), check: CHECK }],
        loaded: [
          { kind: 'run', title: 'load the table', script: load(hash), undo: reload(facts.loaded) },
        ],
      };
      return fields.flatMap(({ name }) => commands[name] ?? []);
    },
  });
}

interface LoadedFact {
  /** As nft tells the table; empty: there is none. */
  readonly listing: string;
  /** Of what rota has loaded last, and whether that is what is loaded still. */
  readonly hash: string;
  readonly isKept: boolean;
  /** The port of the host by which the run came in; empty where the user that it became is not told. */
  readonly port: string;
}

const loaded: Read<LoadedFact> = {
  key: 'nftables',
  script: `command -v nft >/dev/null || { echo missing; exit 0; }
listing=$(nft -s list table inet rota 2>/dev/null)
kept=$(cat ${KEPT} 2>/dev/null)
same=no; [ "\${kept#*
}" != "$listing" ] || same=yes
port=\${SSH_CONNECTION:-}
printf '%s\n' "\${port##* } \${kept%%
*} $same" "$listing"`,
  parse: parseLoaded,
};

function parseLoaded({ stdout }: Output): LoadedFact {
  if (stdout === 'missing\n')
    throw new Failure('The host has no nft', { fix: 'Install the package nftables on it before.' });
  const [, port = '', hash = '', same, listing = ''] =
    /^(\d*) (\w*) (\w+)\n(.*)$/s.exec(stdout) ?? [];
  const isKept = hash !== '' && same === 'yes';
  return { port, hash, isKept, listing: listing.trimEnd() };
}

function stateOf({ listing, hash, isKept }: LoadedFact, wanted: string): string | undefined {
  if (listing === '') return undefined;
  return isKept && hash === wanted ? AS_WANTED : 'otherwise';
}

/** What nft tells of the table is kept with the hash of what it was given. */
function load(hash: string): string {
  return `${sh`nft -f ${PATH}`}\n${keep(hash)}`;
}

function keep(hash: string, list = 'nft -s list table inet rota'): string {
  return `${sh`{ echo ${hash};`} ${list}; } >${KEPT}`;
}

/** The table as it was, in one step. */
function reload({ listing, hash, isKept }: LoadedFact): string {
  const last = isKept ? keep(hash) : hash === '' ? sh`rm -f ${KEPT}` : keep(hash, ':');
  return `${sh`printf '%s\n' ${EMPTY + listing} | nft -f - &&`} ${last}`;
}

type BootFacts = Readonly<Record<'fedora' | 'debian' | 'alpine', FileFact>>;

/** What nftables.service, or what stands for it, loads at boot. */
function bootFile({ fedora, debian, alpine }: BootFacts) {
  const files = [
    ['/etc/sysconfig/nftables.conf', fedora],
    ['/etc/nftables.nft', alpine],
    ['/etc/nftables.conf', debian],
  ] as const;
  const [path, there] = files.find(([, fact]) => fact.type !== 'absent') ?? files[2];
  return { path, there, text: textToEdit(there, path) };
}

function withInclude(text: string): string {
  const lines = splitLines(text);
  const isThere = lines.some((line) =>
    /^\s*include\s+"\/etc\/nftables\.d\/(\*|rota)\.nft"/.test(line),
  );
  return isThere ? text : joinLines([...lines, `include "${PATH}"`]);
}

/** Told from the words alone: whether what comes in is dropped unless a rule is for it, and none has the port. */
function dropsUnnamed(chains: string, port: string): boolean {
  const isNamed = new RegExp(
    String.raw`\bdport\b[^\n]*\b(${port}${port === '22' ? '|ssh' : ''})\b`,
  ).test(chains);
  return port !== '' && /\bhook\s+input\b[^}]*\bpolicy\s+drop\b/.test(chains) && !isNamed;
}
