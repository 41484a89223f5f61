import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** Which folders a folder may import from, itself aside. The longest name that fits a file counts. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'engine/model': [],
  'engine/shell': ['engine/model'],
  'engine/reads': ['engine/model', 'engine/shell'],
  'engine/templates': ['engine/model'],
  'lib/ansible-inventory': ['engine/model'],
  'lib/ssh': ['engine/model', 'engine/shell'],
  'engine/drill': ['engine/model', 'engine/shell', 'engine/host', 'engine/rollout'],
  'engine/host': ['engine/model', 'engine/shell', 'engine/reads'],
  'engine/remote': ['engine/model', 'engine/shell'],
  'engine/rollout': ['engine/model', 'engine/shell', 'engine/host'],
  'engine/run': [
    'engine/model',
    'engine/shell',
    'engine/reads',
    'engine/host',
    'engine/rollout',
    'engine/remote',
  ],
  'engine/plan': ['engine/model', 'engine/run/plan.ts'],
  'engine/report': ['engine/model', 'engine/run/events.ts', 'engine/run/plan.ts'],
  keepalived: ['engine/model', 'engine/shell', 'engine/reads', 'engine/templates'],
  checks: ['engine/model', 'engine/shell/quote.ts'],
  tasks: ['engine/model', 'engine/shell', 'engine/reads', 'engine/templates', 'keepalived'],
  playbooks: ['engine/model', 'engine/reads', 'engine/templates', 'keepalived', 'tasks'],
  queue: ['engine/model', 'engine/report', 'engine/run/events.ts'],
  cli: ['engine', 'lib', 'playbooks', 'lab', 'prove', 'queue'],
  prove: ['engine/model', 'engine/report', 'engine/run/events.ts', 'lab'],
  api: [
    'engine/model',
    'engine/shell/quote.ts',
    'engine/reads',
    'engine/templates',
    'checks',
    'keepalived',
    'tasks',
    'playbooks',
    'lib/ansible-inventory',
  ],
  lab: ['engine/model', 'engine/report'],
  page: ['engine/report/page/data.ts'],
};

/** Packages that are wrapped: each is imported in these places only. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'node-ssh': ['lib/ssh/'],
  ssh2: ['lib/ssh/'],
  zx: ['lib/ssh/', 'engine/remote/', 'lab/', 'playbooks/'],
  listr2: ['engine/report/listr'],
  diff: ['engine/report/'],
  nunjucks: ['engine/templates/'],
  'ansible-vault': ['lib/ansible-inventory/secrets/'],
  'age-encryption': ['lib/ansible-inventory/secrets/sops/'],
  yaml: ['cli/defaults/', 'lib/ansible-inventory/', 'lab/kubelet/', 'cli/job-manifest.ts'],
  '@nats-io/jetstream': ['queue/'],
  '@nats-io/transport-node': ['queue/'],
  rolldown: ['bin/build.ts', 'bin/reference/', 'cli/bundle-page.ts'],
  'd3-scale': ['page/'],
  'd3-selection': ['page/'],
  'd3-zoom': ['page/'],
  'playwright-core': ['bin/screenshots.ts'],
  rota: ['examples/', 'templates/repository/'],
  zod: [
    'queue/',
    'api/',
    'cli/defaults/',
    'engine/report/recorded',
    'keepalived/',
    'lib/ansible-inventory/',
    'engine/plan/',
    'playbooks/',
  ],
  'ipaddr.js': ['keepalived/', 'lib/ansible-inventory/expressions/addresses/'],
  commander: ['cli/', 'lab/'],
  '@opentelemetry/api': ['engine/report/trace', 'cli/send-traces.ts'],
  '@opentelemetry/core': ['cli/send-traces.ts'],
  '@opentelemetry/exporter-trace-otlp-proto': ['cli/send-traces.ts'],
  '@opentelemetry/resources': ['cli/send-traces.ts'],
  '@opentelemetry/sdk-trace': ['cli/send-traces.ts'],
};

const MOST_LINES = 200;

const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'],
  {
    encoding: 'utf8',
  },
)
  .trim()
  .split('\n')
  .filter((file) => !/^(test|bench|vitest)/.test(file));

function importsOf(file: string): readonly string[] {
  const matches = readFileSync(file, 'utf8').matchAll(/(?:from|import|require)\s*\(?\s*'([^']+)'/g);
  return [...matches].map(([, target = '']) => target);
}

function resolved(file: string, target: string): string {
  if (target.startsWith('#')) return target.slice(1);
  return normalize(join(dirname(file), target));
}

function folderOf(file: string): string | undefined {
  return Object.keys(ARROWS)
    .filter((folder) => file.startsWith(`${folder}/`))
    .toSorted((one, other) => other.length - one.length)[0];
}

function isLocal(target: string): boolean {
  return /^[#.]/.test(target);
}

test('imports point one way', () => {
  const wrong = files.flatMap((file) => {
    const folder = folderOf(file);
    if (folder === undefined) return [];
    const allowed = [folder, ...(ARROWS[folder] ?? [])];
    return importsOf(file)
      .filter(isLocal)
      .map((target) => resolved(file, target))
      .filter((target) => !allowed.some((place) => `${target}/`.startsWith(`${place}/`)))
      .map((target) => `${file} → ${target}`);
  });
  expect(wrong).toEqual([]);
});

test('a library is entered by its door alone', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter(isLocal)
      .map((target) => resolved(file, target))
      .filter((target) => {
        const [library] = /^lib\/[^/]+\//.exec(target) ?? [];
        return library && !file.startsWith(library) && target !== `${library}index.ts`;
      })
      .map((target) => `${file} → ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('imports go round in no circle, those of types included', () => {
  const graph = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter(isLocal)
        .map((target) => resolved(file, target)),
    ]),
  );
  expect(circlesIn(graph)).toEqual([]);
});

/** Each circle by its files, as Tarjan's strongly connected components of more than one. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const circles: string[][] = [];
  const indexes = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const visit = (file: string) => {
    indexes.set(file, indexes.size);
    lowest.set(file, indexes.get(file) ?? 0);
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!indexes.has(next)) visit(next);
      else if (!stack.includes(next)) continue;
      lowest.set(file, Math.min(lowest.get(file) ?? 0, lowest.get(next) ?? 0));
    }
    if (lowest.get(file) !== indexes.get(file)) return;
    const circle = stack.splice(stack.indexOf(file)).toSorted();
    if (circle.length > 1) circles.push(circle);
  };
  for (const file of graph.keys()) if (!indexes.has(file)) visit(file);
  return circles;
}

test('each third-party package is imported in its one place', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => !isLocal(target) && !target.startsWith('node:'))
      .map((target) => /^(?:@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? '')
      .filter((name) => !(PACKAGES[name] ?? []).some((place) => file.startsWith(place)))
      .map((name) => `${file} → ${name}`),
  );
  expect(wrong).toEqual([]);
});

test('the runner and its libraries have no word of what they are used for here', () => {
  const sources = execFileSync(
    'git',
    ['ls-files', 'engine/*.ts', 'engine/*.sh', 'lib/*.ts', 'lib/*.sh'],
    {
      encoding: 'utf8',
    },
  );
  const telling = sources
    .trim()
    .split('\n')
    .filter((file) => {
      return /vip|vrrp|keepalived|\bpods?\b/i.test(readFileSync(file, 'utf8'));
    });
  expect(telling).toEqual([]);
});

test('a file has at most 200 lines', () => {
  const long = files.filter(
    (file) => readFileSync(file, 'utf8').split('\n').length > MOST_LINES + 1,
  );
  expect(long).toEqual([]);
});

test('the program ends in one place only', () => {
  const ends = files.filter((file) => /process\.exit\(/.test(readFileSync(file, 'utf8')));
  expect(ends.filter((file) => !file.startsWith('lab/'))).toEqual(['cli/main.ts']);
});
