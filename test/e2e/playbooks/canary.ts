import { z } from 'zod';
import { Answers } from '#engine/model/answers.ts';
import type { Finding } from '#engine/model/check.ts';
import type { Failure } from '#engine/model/failure.ts';
import { playbook } from '#engine/model/playbook.ts';
import { Secret } from '#engine/model/secret.ts';
import { task } from '#engine/model/task.ts';
import { fileAt, textIn } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import { file } from '#tasks/files/file.ts';

const KEY = '/etc/canary.key';
const secrets = { inline: z.string(), whole: z.string(), sealed: z.string(), env: z.string() };

/** A user's playbook that is careless with secrets: they are plain text to it, and go everywhere. */
export default playbook({
  name: 'canary',
  hosts: 'all',
  vars: z.object({
    ...secrets,
    cmd: z.string().transform((text) => new Secret(text)),
    joined: z.string(),
    turn: z.coerce.string(),
  }),
  tasks: ({ vars }) => {
    const { inline, whole, sealed, env, cmd, joined, turn } = vars;
    return [
      file({
        path: '/etc/canary.conf',
        mode: '0600',
        body: `turn=${turn}\n${[inline, whole, sealed, env, joined].join('\n')}\n`,
        ...(turn === 'wrong' ? { check: 'cat "$1"; exit 1' } : {}),
      }),
      task({
        title: `a key such as ${inline}`,
        desired: { content: cmd },
        reads: { there: fileAt(KEY) },
        inspect: ({ there }) =>
          there.type === 'file' ? { content: there.content ?? '' } : undefined,
        apply: () => [
          {
            kind: 'run',
            title: `write ${whole}`,
            script: new Secret(
              sh`umask 077; printf %s ${cmd.reveal()} >${KEY}; echo ${cmd.reveal()}`,
            ),
          },
        ],
      }),
    ];
  },
  verify: (members) =>
    members.map(({ host, vars }) => ({
      title: `a key such as ${vars.inline} is on its host`,
      spacingMs: 10,
      deadlineMs: 100,
      patienceMs: 100,
      readsFor: () => ({ key: fileAt(KEY) }),
      judge: (sample) => (vars.turn === 'astray' ? [findingOf(sample.get(host.name))] : []),
      notes: () => [`the whole is ${vars.whole}`],
      explain: () => [`host log: ${vars.joined}`],
    })),
});

function findingOf(answers: Answers | Failure | undefined): Finding {
  const key = answers instanceof Answers ? textIn(answers.get(fileAt(KEY))) : undefined;
  return { what: 'the key', expected: 'another one', seen: key ?? 'nothing' };
}
