import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Problems } from '#lib/ansible-inventory/problems.ts';
import { readSources, type SourcesRequest } from '#lib/ansible-inventory/read/read-sources.ts';
import { listInventory } from '#lib/ansible-inventory/written-inventory.ts';

// Each expected.json is what ansible-core 2.14.18 made of the case: cases/record.sh.
const CASES = join(import.meta.dirname, 'cases');
const names = readdirSync(CASES, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test.for(names.map(({ name }) => name))(
  'lists the inventory "%s" as Ansible does, byte for byte',
  async (name) => {
    const folder = join(CASES, name);
    const findings = { problems: new Problems(), warnings: new Problems() };
    const sources = await readSources(requestOf(folder), findings);
    expect(findings.problems.sorted).toEqual([]);
    const expected = readFileSync(join(folder, 'expected.json'), 'utf8');
    expect(`${listInventory(sources)}\n`).toBe(expected);
  },
);

function requestOf(folder: string): SourcesRequest {
  const sources = argumentsOf(folder, '-i');
  const [playbookFolder] = argumentsOf(folder, '--playbook-dir');
  return {
    paths: (sources.length > 0 ? sources : ['inventory.yaml']).map((path) => join(folder, path)),
    extra: argumentsOf(folder, '-e').map((text) => text.replace(/^@/, `@${folder}/`)),
    playbookFolder: playbookFolder && join(folder, playbookFolder),
  };
}

/** The arguments that Ansible was given: a flag and its value on each line. */
function argumentsOf(folder: string, flag: string): readonly string[] {
  const file = join(folder, 'args');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return lines.flatMap((line) =>
    line.startsWith(`${flag} `) ? [line.slice(flag.length + 1)] : [],
  );
}
