import { execFileSync } from 'node:child_process';
import type { RotaOutput, TestLab } from './test-lab.ts';

/** What an inventory is made with. */
export type Edits = readonly (readonly [string | RegExp, string])[];

/** The failures that rota printed, without what differs from run to run. */
export function failuresIn({ stdout, stderr }: RotaOutput, { folder }: TestLab): string {
  // Both streams: lint speaks on stderr, a run on stdout.
  const text = stdout.includes('✖') ? stdout : stderr;
  const blocks = text.split(/\n\n+|\n(?=✖)/).filter((block) => block.startsWith('✖'));
  return blocks
    .join('\n\n')
    .trimEnd()
    .replaceAll(folder, 'FOLDER')
    .replaceAll(/inventory-\d+/g, 'inventory')
    .replaceAll(/rota-\d{8}T\S+?(?=[ "]|$)/gm, 'rota-RUN')
    .replaceAll(/after \d+ ms/g, 'after N ms')
    .replaceAll(/\bsh: \d+: /g, 'sh: N: ')
    .replaceAll(/SHA256:\S+/g, 'SHA256:…')
    .replaceAll(/\b[0-9a-f]{40}\b/g, 'COMMIT');
}

/** What is written on a node's disk, with files' times; but sshd's records of logins, and rota's own. */
export function diskOf({ lab }: TestLab, node: string): string {
  const others = "! -path './var/log/*' ! -path './run/*' ! -path './var/lib/rota*'";
  const find = `find . ${others} -type d -printf '%p %m %u\\n' -o ${others} -printf '%p %m %u %s %T@\\n'`;
  return execFileSync('sh', ['-c', `${find} | sort`], { cwd: lab.upper(node), encoding: 'utf8' });
}
