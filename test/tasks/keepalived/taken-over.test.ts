import { expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import { fileAt } from '#engine/reads/file.ts';
import { type Surroundings, surroundings } from '#keepalived/reads/surroundings.ts';
import { takenOver } from '#tasks/keepalived/taken-over.ts';
import { first, someNodes } from '../../keepalived/members.ts';

const NAME = 'net.ipv6.ip_nonlocal_bind';
const PATH = '/etc/sysctl.conf';

const answer = (fact: unknown) => ({ status: 0, bytes: Buffer.alloc(0), fact });

/** What stays of a file of which a line is taken over. */
function leftOf(content: string): unknown {
  const node = first(someNodes(1));
  const seen: Partial<Surroundings> = {
    sysctls: [{ path: PATH, name: NAME, value: '0' }],
    manifests: [],
  };
  const read = surroundings(node.vars.keepalived_manifest_dir);
  const facts = new Answers(new Map([[read.key, answer(seen)]]));
  const context = { ...node, members: [node], local: facts, facts, meanwhile: new Map() };
  const tasks = takenOver({ ...context, takeOver: [PATH] });
  const task = tasks.find(({ title }) => title === `no ${NAME} in ${PATH}`);
  const file = { type: 'file', mode: '0644', owner: 'root:root', content };
  const plan = task?.plan(new Answers(new Map([[fileAt(PATH).key, answer(file)]])));
  const [write] = plan?.commands ?? [];
  return write?.kind === 'write' ? write.body : content;
}

test.for([
  ['between others', `a=1\n${NAME}=0\nb=2\n`, 'a=1\nb=2\n'],
  ['at the end, without one of its own', `a=1\n -net/ipv6/ip_nonlocal_bind = 0`, 'a=1\n'],
  ['behind blanks of any kind', `\n\f\v\t${NAME}\r=\f0\nb=2\n`, '\nb=2\n'],
  ['of a file with CRLF', `a=1\r\n${NAME}=0\r\nb=2\r\n`, 'a=1\r\nb=2\r\n'],
  ['but no part of another', `# x\r${NAME}=1\n# y\u2028${NAME}=1\n`, undefined],
] as const)('a line that is taken over goes: %s', ([, before, after = before]) => {
  expect(leftOf(before)).toBe(after);
});
