import { z } from 'zod';
import { playbook } from '#engine/model/playbook.ts';
import { Secret } from '#engine/model/secret.ts';
import { task } from '#engine/model/task.ts';
import { file } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import { ensureFile } from '#tasks/file.ts';

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
      ensureFile({
        path: '/etc/canary.conf',
        mode: '0600',
        body: `turn=${turn}\n${[inline, whole, sealed, env, joined].join('\n')}\n`,
        ...(turn === 'wrong' ? { check: 'cat "$1"; exit 1' } : {}),
      }),
      task({
        title: `a key such as ${inline}`,
        desired: { content: cmd },
        reads: { there: file(KEY) },
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
});
