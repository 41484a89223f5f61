import { join } from 'node:path';
import { playbook, render } from 'rota';
import {
  absent,
  copyTree,
  cron,
  file,
  folder,
  group,
  inFile,
  link,
  packages,
  run,
  user,
  waitFor,
} from 'rota/tasks';

const here = (name: string) => join(import.meta.dirname, name);
const WEB = { name: 'web', port: 8080, paths: ['/', '/css'] };
const KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICicb25RWtC3P02B5qgZi2uwOBKe/PEFwwYIOvMI+RDc ada@desk';

/** What playbook.yml says to Ansible, task for task. */
export default playbook({
  name: 'twin',
  hosts: 'all',
  tasks: () => [
    packages(['twin-tool', 'twin-lint']),
    group({ name: 'ops', gid: 4200 }),
    user({ name: 'deploy', uid: 4200, groups: ['ops'], shell: '/bin/sh', comment: 'Deployments' }),
    user({ name: 'webapp', uid: 420, system: true, shell: '/usr/sbin/nologin' }),
    folder({ path: '/home/deploy/.ssh', mode: '0700', owner: 'deploy:deploy' }),
    file({
      ...{ path: '/home/deploy/.ssh/authorized_keys', body: `${KEY}\n` },
      ...{ mode: '0600', owner: 'deploy:deploy' },
    }),
    folder({ path: '/etc/web' }),
    file({
      ...{ path: '/etc/web/web.conf', body: render('web.conf.j2', WEB, import.meta.dirname) },
      ...{ mode: '0640', owner: 'root:ops' },
    }),
    folder({ path: '/srv/web' }),
    folder({ path: '/srv/web/logs', mode: '0750', owner: 'webapp:ops' }),
    copyTree({ source: here('site'), path: '/srv/web/site-1' }),
    link({ path: '/srv/web/site', target: 'site-1' }),
    file({ path: '/usr/local/bin/web-check', body: '#!/bin/sh\nexec true\n', mode: '0755' }),
    cron({ name: 'web-check', schedule: '*/5 * * * *', command: '/usr/local/bin/web-check' }),
    file({
      ...{ path: '/etc/sudoers.d/ops', body: '%ops ALL = /usr/local/bin/web-check\n' },
      ...{ mode: '0440', check: 'visudo -qcf "$1"' },
    }),
    file({ path: '/etc/logrotate.d/web', body: '/srv/web/logs/*.log {\n  weekly\n}\n' }),
    file({ path: '/etc/motd', body: 'Deployed by hand no more.\n' }),
    file({ path: '/etc/web/empty', body: '', mode: '0600' }),
    inFile({ path: '/etc/limits', what: { line: 'nofile 4096', insteadOf: /^nofile / } }),
    inFile({ path: '/etc/app.ini', what: { pattern: /^level = .*$/m, by: 'level = info' } }),
    inFile({ path: '/etc/peers', what: { block: '192.0.2.1 one\n192.0.2.2 two', mark: 'web' } }),
    absent({ path: '/etc/old.conf' }),
    absent({ path: '/opt/old', tree: true }),
    run({ title: 'a stamp', script: 'echo 1 >/srv/web/stamp', creates: '/srv/web/stamp' }),
    waitFor({ path: '/srv/web/stamp', within: 10 }),
  ],
});
