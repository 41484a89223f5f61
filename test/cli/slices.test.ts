import { readdirSync, readFileSync } from 'node:fs';
import { validateWorkflow } from '@action-validator/core';
import { Job } from 'kubernetes-models/batch/v1';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { failuresOf } from '#engine/model/failure.ts';
import { jobManifest } from '../../cli/job-manifest.ts';
import { writeLimitFiles } from '../../cli/limit-files.ts';
import { blocks } from '../task-pages.ts';
import { Desk } from './rota.ts';

const desk = new Desk();
afterAll(() => desk.remove());
const [WORKFLOW = '', JOB = ''] = blocks(readFileSync('docs/scale.md', 'utf8'), 'yaml');

describe('the hosts of a playbook are cut', () => {
  const playbook = desk.write(
    'site.mjs',
    "export default { name: 'site', hosts: 'all', tasks: () => [] };\n",
  );
  const hosts = "{a1: , a2: , '$(id)': {ansible_host: a3}, a4: , a5: }";
  const inventory = desk.write('hosts.yaml', `all: {hosts: ${hosts}}\n`);
  const slices = (...flags: readonly string[]) =>
    desk.rota('slices', inventory, '--playbook', playbook, ...flags);

  test('for people, and after --limit, also where a name steers a terminal or a shell', () => {
    expect(slices('--size', '2', '--limit', 'all:!a2').stdout).toMatchInlineSnapshot(`
      "slice  hosts  which
      1/2    2      a1,$(id)
      2/2    2      a[4-5]
      "
    `);
  });

  test('for other programs', () => {
    expect(slices('--count', '2', '--json').stdout).toBe(
      '{"slices":[{"hosts":["a1","a2","$(id)"]},{"hosts":["a4","a5"]}]}\n',
    );
  });

  test('in one way', () => {
    const { status, stderr } = slices('--json', '--matrix');
    expect([status, stderr]).toEqual([1, expect.stringContaining('cannot be used with option')]);
  });
});

test('of files for --limit there are as many as slices, in a folder that has no others', async () => {
  const folder = desk.path('files/of it');
  await writeLimitFiles(folder, [['a1', 'a2'], ['fd00::1']]);
  const texts = readdirSync(folder).map((name) => [
    name,
    readFileSync(`${folder}/${name}`, 'utf8'),
  ]);
  expect(texts).toEqual([
    ['1', 'a1\na2\n'],
    ['2', 'fd00::1\n'],
  ]);
  const wrong = async (names: readonly string[]) =>
    await writeLimitFiles(folder, [names]).catch((error: unknown) =>
      failuresOf(error).map(({ message, ran }) => [message, ran]),
    );
  expect(await wrong(['a1'])).toEqual([['The folder is not empty', undefined]]);
  expect(await wrong(['!a1', 'a2', '#a', '@/etc/passwd'])).toEqual(
    ['!a1', '#a', '@/etc/passwd'].map((ran) => [
      'The name of a host means something else in a pattern',
      ran,
    ]),
  );
});

describe('a Job of Kubernetes', () => {
  test('is the one of the documentation, and as the published schema has it', () => {
    const [image, slices] = ['registry.example.com/site:1', 7];
    expect(jobManifest({ image, slices, words: ['run', 'site.ts', 'inventory.yaml'] })).toBe(JOB);
    const validate = (text: string) => new Job(parse(text)).validate();
    expect(() => validate(JOB)).not.toThrow();
    expect(() => validate(JOB.replace('- name: rota', '- nam: rota'))).toThrow('property name');
  });

  test('gives each pod the words as they are', () => {
    const words = ['run', 'a b.ts', '$(HOME): "x"', '$$(HOME)', '- y', '\u001b[2J\n'];
    const job = parse(jobManifest({ image: 'x:1', slices: 12, words }));
    const [{ args }] = job.spec.template.spec.containers;
    // As Kubernetes reads them: `$$` stands for `$`, and what is left of `$(` for a variable.
    const read = args.map((word: string) => word.replaceAll('$$', () => '$'));
    expect(read).toEqual([...words, '--slice', 'job/12', '--json']);
    expect([args[2], args[3]]).toEqual(['$$(HOME): "x"', '$$$$(HOME)']);
  });
});

test('the workflow of the documentation is as GitHub’s schema has it', () => {
  expect(validateWorkflow(WORKFLOW).errors).toEqual([]);
  expect(validateWorkflow(WORKFLOW.replace('needs: cut', 'need: cut')).errors).not.toEqual([]);
});
