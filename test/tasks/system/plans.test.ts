import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import { reveal } from '#engine/model/secret.ts';
import type { Task, TaskPlan } from '#engine/model/task.ts';
import { firewall } from '#tasks/system/firewall.ts';
import { kernelModule } from '#tasks/system/kernel-module.ts';
import { swapOff } from '#tasks/system/swap-off.ts';
import { timezone } from '#tasks/system/timezone.ts';
import { runShell, SHELLS } from '../../engine/shell/shells.ts';

const ABSENT = { type: 'absent' };

/** What a task would do where its reads, by their keys, have these facts; files that are not named are absent. */
function planOf(task: Task, facts: Readonly<Record<string, unknown>>): TaskPlan {
  const answers = task.reads.map(
    ({ key }) => [key, { fact: facts[key] ?? ABSENT, status: 0, bytes: Buffer.of() }] as const,
  );
  return task.plan(new Answers(new Map(answers)));
}

/** Its commands, each in a line or as what it runs. */
function commandsOf({ commands }: TaskPlan): readonly string[] {
  return commands.map((command) =>
    command.kind === 'run'
      ? `${reveal(command.script)} | ${reveal(command.undo ?? '')}`
      : `${command.kind} ${'path' in command ? command.path : ''}`,
  );
}

const loaded = { listing: '', hash: '', isKept: false, port: '22' };
const DROP = 'chain input { type filter hook input priority 0; policy drop;';

describe('a firewall', () => {
  test.for([
    [`${DROP} tcp dport 443 accept\n}`, true],
    [`${DROP} tcp dport { 22, 443 } accept\n}`, false],
    [`${DROP} tcp dport ssh accept\n}`, false],
    [`${DROP} tcp dport 2222 accept\n}`, true],
    ['chain input { type filter hook input priority 0; policy accept; }', false],
    ['chain output { type filter hook output priority 0; policy drop; }', false],
  ] as const)('says so where it may shut out who came in: %s', ([chains, says]) => {
    const { note } = planOf(firewall(chains), { nftables: loaded });
    expect(note !== undefined).toBe(says);
  });

  test('is included once in what the service of the host loads', () => {
    const fileOf = (content: string) => ({
      type: 'file',
      mode: '0600',
      owner: 'root:root',
      content,
    });
    const conf = { 'file /etc/sysconfig/nftables.conf': fileOf('flush ruleset\n') };
    const of = (more: object) =>
      commandsOf(planOf(firewall(DROP), { nftables: loaded, ...more })).slice(0, 3);
    expect(of(conf)).toEqual([
      'folder /etc/nftables.d',
      'write /etc/nftables.d/rota.nft',
      'write /etc/sysconfig/nftables.conf',
    ]);
    const alpine = { 'file /etc/nftables.nft': fileOf('include "/etc/nftables.d/*.nft"\n') };
    expect(
      planOf(firewall(DROP), { nftables: loaded, ...alpine }).fields.map(({ name }) => name),
    ).toEqual(['/etc/nftables.d/rota.nft', 'loaded']);
  });
});

describe('a time zone', () => {
  const zone = {
    'file /usr/share/zoneinfo/Asia/Tokyo': {
      type: 'file',
      mode: '0644',
      owner: 'root:root',
      content: '',
    },
  };

  test('that the host does not know fails the plan', () => {
    expect(() => planOf(timezone('Asia/Tokyo'), {})).toThrow(Failure);
  });

  test('is a link that replaces what is there, unless that leads there already', () => {
    const of = (link: object) =>
      commandsOf(planOf(timezone('Asia/Tokyo'), { ...zone, 'file /etc/localtime': link }));
    expect(of(ABSENT)).toEqual(['link /etc/localtime']);
    expect(of({ type: 'link', target: '../usr/share/zoneinfo/Asia/Tokyo' })).toEqual([]);
    expect(of({ type: 'link', target: 'x' })).toEqual(['link /etc/localtime']);
  });
});

test('swap that is on is turned off, and by an undo on again', () => {
  expect(commandsOf(planOf(swapOff(), { 'swap areas': ['/dev/sda2', '/swap file'] }))).toEqual([
    "swapoff /dev/sda2 '/swap file' | grep -qF '/dev/sda2 ' /proc/swaps || swapon /dev/sda2\ngrep -qF '/swap\\040file ' /proc/swaps || swapon '/swap file'",
  ]);
  expect(planOf(swapOff(), { 'swap areas': [] }).fields).toEqual([]);
});

test('a kernel module is loaded behind its options, which go when none are wanted any more', () => {
  const found = { 'kernel module br-x': false };
  expect(commandsOf(planOf(kernelModule({ name: 'br-x', options: { a: '1' } }), found))).toEqual([
    'write /etc/modprobe.d/rota-br-x.conf',
    'write /etc/modules-load.d/rota-br-x.conf',
    'modprobe br-x | [ ! -d /sys/module/br_x ] || modprobe -r br-x',
  ]);
  const old = { type: 'file', mode: '0644', owner: 'root:root', content: 'options br-x a=1\n' };
  const loadedOnce = { 'kernel module br-x': true, 'file /etc/modprobe.d/rota-br-x.conf': old };
  expect(commandsOf(planOf(kernelModule({ name: 'br-x' }), loadedOnce))).toEqual([
    'remove /etc/modprobe.d/rota-br-x.conf',
    'write /etc/modules-load.d/rota-br-x.conf',
  ]);
});

test.for(SHELLS)(
  'whether a module is loaded, and what is swapped to, is told by %s',
  ([, shell]) => {
    const answers = [
      kernelModule({ name: 'no-such-module' }),
      kernelModule({ name: 'tcp-cubic' }),
      swapOff(),
    ].map((task) => {
      const read = task.reads.find((one) => 'script' in one);
      const { stdout, stderr, status } = runShell(
        shell,
        read && 'script' in read ? read.script : 'exit 1',
      );
      return read?.parse({
        stdout: `${stdout}`,
        stderr: `${stderr}`,
        status: status ?? 1,
        bytes: stdout,
      });
    });
    expect(answers).toEqual([false, existsSync('/sys/module/tcp_cubic'), expect.any(Array)]);
  },
);
