import { existsSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Choice, EVERYTHING } from '#engine/model/choice.ts';
import { Pending } from '#engine/model/state.ts';
import { tagged } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { file } from '#tasks/files/file.ts';
import { book, runOn, TemporaryHost } from './temporary-host.ts';

let host: TemporaryHost;
beforeEach(() => {
  host = new TemporaryHost('node1');
});
afterEach(() => host.remove());

function of(name: string, body: string | Pending = `${name}\n`) {
  return file({ path: host.path(name), body, owner: 'root:root' });
}

/** A file `b` that has what is in `a`, once that is known. */
const copies = book({
  tasks: ({ facts }) => {
    const there = facts.get(fileAt(host.path('a')));
    const body =
      there?.type === 'file' ? `${there.content}` : new Pending('what is in a', 'until a is there');
    return [tagged(['one'], [of('a')]), tagged(['two'], [of('b', body)])];
  },
});

async function run(choice: Partial<Choice>) {
  const { result } = await runOn([host], copies, { choice: { ...EVERYTHING, ...choice } });
  return {
    files: ['a', 'b'].filter((name) => existsSync(host.path(name))),
    counts: result.hosts.map(({ ok, changed, failed }) => ({ ok, changed, failed })),
    failures: result.failures.map(({ message, ran }) => [message, ran]),
  };
}

test('a task whose content nobody has asked for by its turn fails by what it is, behind what is done', async () => {
  const playbook = book({
    tasks: () => [[of('a')], [of('b', new Pending('what is in a', 'until a is there'))]],
  });
  const { result } = await runOn([host], playbook);
  expect(existsSync(host.path('b'))).toBe(false);
  expect(result.failures).toMatchObject([
    {
      message: 'What a task needs is still not known when it is to be done',
      where: `${host.path('b')} › node1`,
      ran: 'content: what is in a (until a is there)',
      fix: 'Ask for it with facts.get(READ), in a stage behind the one that brings it about: facts.find asks nothing.',
    },
  ]);
});

test('a task that is left out is asked all the same, since others count on its answer', async () => {
  writeFileSync(host.path('a'), 'there\n');
  expect(await run({ tags: ['two'] })).toEqual({
    files: ['a', 'b'],
    counts: [{ ok: 0, changed: 1, failed: 0 }],
    failures: [],
  });
});

test('a task that needs what one that was left out brings about fails, and changes nothing', async () => {
  expect(await run({ startAt: [host.path('b')] })).toEqual({
    files: [],
    counts: [{ ok: 0, changed: 0, failed: 1 }],
    failures: [
      [
        'The task needs what one that was left out brings about',
        'content: what is in a (until a is there)',
      ],
    ],
  });
});

test('a script is done as a task without tags is', async () => {
  let runs = 0;
  const playbook = book({
    script: async () => {
      runs += 1;
    },
  });
  await runOn([host], playbook, { choice: { tags: ['one'], skipTags: [] } });
  expect(runs).toBe(0);
  await runOn([host], playbook, { choice: { tags: ['all'], skipTags: ['one'] } });
  expect(runs).toBe(1);
});

test('each change is told with what there was to change, when it was made', async () => {
  const told: string[] = [];
  await runOn([host], copies, {
    onChanged: (name, { title, fields }) =>
      told.push(`${name} ${title.slice(-1)} ${fields.map((field) => field.after).join(' ')}`),
  });
  expect(told).toEqual(['node1 a file 0644 root:root a\n', 'node1 b file 0644 root:root a\n']);
});

test('so many hosts are worked on at once', async () => {
  const hosts = [host, new TemporaryHost('node2'), new TemporaryHost('node3')];
  let working = 0;
  let most = 0;
  for (const each of hosts) {
    each.before = async () => {
      working += 1;
      most = Math.max(most, working);
      await new Promise((resolve) => setTimeout(resolve, 5));
      working -= 1;
    };
  }
  const playbook = book({ tasks: () => [of('a')] });
  await runOn(hosts, playbook, { mode: 'dry-run', forks: 1 });
  expect(most).toBe(1);
  for (const each of hosts.slice(1)) each.remove();
});
