import { readFileSync } from 'node:fs';
import { playbook } from '#engine/model/playbook.ts';
import { absent } from '#tasks/files/absent.ts';
import { file } from '#tasks/files/file.ts';
import { folder } from '#tasks/files/folder.ts';
import type { World } from './world.ts';

const { files, armed } = JSON.parse(readFileSync(String(process.env['CAMPAIGN']), 'utf8')) as World;

/** What the campaign runs: writes and removals in folders of several owners. */
export default playbook({
  name: 'campaign',
  hosts: 'all',
  ...(armed ? { rollout: { serial: '100%' as const } } : {}),
  tasks: () => [
    folder({ path: '/srv/campaign/new/folder', mode: '0750' }),
    ...files.map(({ path, after }) =>
      after === undefined ? absent({ path }) : file({ path, body: after, mode: '0640' }),
    ),
  ],
});
