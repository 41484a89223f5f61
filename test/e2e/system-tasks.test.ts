import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { playbook } from '#engine/model/playbook.ts';
import { Secret } from '#engine/model/secret.ts';
import type { Task } from '#engine/model/task.ts';
import { authorizedKeys } from '#tasks/system/authorized-keys.ts';
import { group } from '#tasks/system/group.ts';
import { noPackages, packages } from '#tasks/system/packages.ts';
import { service } from '#tasks/system/service.ts';
import { noUser, user } from '#tasks/system/user.ts';
import { initService } from './support/init-service.ts';
import { describeInLab } from './support/lab.ts';
import { labPlace } from './support/lab-place.ts';
import { LISTED, packageRepository } from './support/package-repository.ts';
import { TaskTrial } from './support/task-trial.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICicb25RWtC3P02B5qgZi2uwOBKe/PEFwwYIOvMI+RDc';
const OTHER = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINh7OlTXMtQRLeeXRoQ8v0hH0MM5k0rqVsnEvlczoxRN';
const HASH =
  '$6$rotarota$2uVtRRVD3RNIQHTpCw81g0UtCBEuf7k3UqDm/wzDk9S5LlW8A.L5UfyattzMm/bMB9KTer566RAE7DygVPrAE0';
const HOSTILE = `it's $(touch /srv/hostile) \`touch /srv/hostile\` "x"`;

describeInLab('a task for the system', { light: true, nodes: 1 }, (testLab) => {
  let trial: TaskTrial;
  beforeAll(() => {
    trial = new TaskTrial(labPlace(testLab.lab, 'node1', testLab.folder));
  });
  afterAll(async () => await trial.end());

  const book = (...tasks: readonly Task[]) =>
    playbook<unknown>({ name: 'system', hosts: 'all', tasks: () => tasks });
  /** The failures of a run, in short. */
  async function run(...tasks: readonly Task[]) {
    const { changed, failures } = await trial.run(book(...tasks));
    return [changed, ...failures.map((failure) => (failure as Error).message)];
  }
  const undo = async (...tasks: readonly Task[]) => (await trial.runAndUndo(book(...tasks))).exit;
  const plannedIn = () =>
    trial.events.flatMap((event) => (event.type === 'hostPlanned' ? event.stages.flat() : []));
  const notesOf = async (...tasks: readonly Task[]) => {
    await trial.run(book(...tasks), 'dry-run');
    return plannedIn().map(({ note }) => note);
  };

  describe('of users and groups', () => {
    const line = async (file: string, name: string) =>
      await trial.sh(`grep '^${name}:' ${file} || :`);

    test('takes hostile texts as they are, and shows no password', async () => {
      const ada = user({
        name: 'ada',
        comment: HOSTILE,
        home: `/srv/${HOSTILE.slice(0, 8)}`,
        password: new Secret(HASH),
      });
      expect(await run(ada)).toEqual([1]);
      expect(JSON.stringify(trial.events)).not.toContain(HASH.slice(3));
      expect(await line('/etc/shadow', 'ada')).toContain(`:${HASH}:`);
      expect(await line('/etc/passwd', 'ada')).toContain(`:${HOSTILE}:`);
      expect(await trial.sh('ls /srv')).toBe("it's $(t\n");
      expect(await run(user({ name: 'ada', locked: true }))).toEqual([1]);
      expect(await line('/etc/shadow', 'ada')).toContain(`:!${HASH}:`);
    });

    test('makes again what it has removed, with number, members and password, when it is undone', async () => {
      await trial.sh('groupadd --gid 4400 crew; gpasswd -M ada,daemon crew');
      const before = await trial.onDisk();
      expect(await undo(noUser('ada'))).toBe(6);
      expect(await line('/etc/group', 'crew')).toMatch(/^crew:x:4400:(ada,daemon|daemon,ada)\n$/);
      expect(await line('/etc/shadow', 'ada')).toContain(`:!${HASH}:`);
      expect(Object.keys(await trial.onDisk())).toEqual(Object.keys(before));
      expect(await run(noUser('ada'))).toEqual([1]);
      await trial.sh('groupdel crew');
    });

    test('is undone from behind: the group of a user goes after the user', async () => {
      const before = await trial.onDisk();
      const tasks = [group({ name: 'crew' }), user({ name: 'eve', group: 'crew', system: true })];
      expect(await undo(...tasks)).toBe(6);
      expect(await trial.onDisk()).toEqual(before);
    });

    test('takes no plain text for a password', async () => {
      expect(await run(user({ name: 'eve', password: new Secret('plain text') }))).toEqual([
        0,
        'A password is given by its hash',
      ]);
    });
  });

  describe('of keys', () => {
    const bob = async (script: string) => await trial.sh(`cd /home/bob; ${script}`);
    beforeAll(async () => {
      await trial.sh(
        'useradd --create-home bob; echo root-only >/root/secret; chmod 600 /root/secret',
      );
    });

    test('keeps others, and gives a key that is there new options', async () => {
      await bob(
        `mkdir .ssh; chmod g+w .; printf '%s\\n' '# ${KEY}' '${KEY} old' '${OTHER} me' '${KEY}' >.ssh/authorized_keys`,
      );
      const keys = [`from="10.0.0.0/8" ${KEY} ${HOSTILE}`];
      expect(await run(authorizedKeys({ user: 'bob', keys }))).toEqual([1]);
      expect(
        await bob('stat -c "%a %U" . .ssh .ssh/authorized_keys; cat .ssh/authorized_keys'),
      ).toBe(`755 bob\n700 bob\n600 bob\n# ${KEY}\n${keys[0]}\n${OTHER} me\n`);
      expect(await run(authorizedKeys({ user: 'bob', keys }))).toEqual([0]);
    });

    test('follows no link of the user to what is root’s', async () => {
      const task = authorizedKeys({ user: 'bob', keys: [KEY] });
      await bob('ln -sf /root/secret .ssh/authorized_keys');
      expect(await run(task)).toEqual([1]);
      expect(JSON.stringify(trial.events)).not.toContain('root-only');
      expect(await bob('cat .ssh/authorized_keys /root/secret')).toBe(`${KEY}\nroot-only\n`);
      await bob('rm -r .ssh; ln -s /root/.ssh .ssh');
      const before = await trial.sh('cat /root/.ssh/authorized_keys');
      expect(await run(task)).toEqual([
        0,
        'Keys are not kept behind a link that their user can lead elsewhere',
      ]);
      expect(await trial.sh('cat /root/.ssh/authorized_keys')).toBe(before);
    });

    test('makes no home for a user whom nobody makes', async () => {
      expect(await run(authorizedKeys({ user: 'nobody2', keys: [KEY] }))).toEqual([
        0,
        expect.any(String),
      ]);
      expect(await trial.sh('ls /home')).not.toContain('nobody2');
    });
  });

  describe('of packages', () => {
    let end: () => Promise<void>;
    beforeAll(async () => {
      ({ end } = await packageRepository(trial, ['lib=1', 'tool=1:lib', 'tool=2:lib', 'other=1']));
      await trial.sh(LISTED);
    });
    afterAll(async () => await end());
    const installed = async () =>
      await trial.sh(`dpkg-query -W -f '\${Package} \${Version} \${db:Status-Want}\\n'`);

    test('says what would come, and what the index lacks', async () => {
      expect(await notesOf(packages(['tool=1', 'other']), packages(['nosuch', 'other=9']))).toEqual(
        [
          'lib 1 comes; other 1 comes; tool 1 comes',
          "Unable to locate package nosuch; Version '9' for 'other' was not found",
        ],
      );
      expect(await run(packages(['nosuch']))).toEqual([0, expect.any(String)]);
    });

    test('goes back to the version that was there when it is undone', async () => {
      expect(await run(packages(['tool=1'], { held: true }))).toEqual([1]);
      expect(await undo(packages(['tool=2'], { held: false }), packages(['other']))).toBe(6);
      expect(await installed()).toBe('lib 1 install\ntool 1 hold\n');
      await trial.sh('apt-mark unhold tool');
    });

    test('installs what it has removed, and what needed that, when it is undone', async () => {
      expect(await notesOf(noPackages(['lib']))).toEqual(['tool 1 goes; lib 1 goes']);
      expect(await undo(noPackages(['lib']))).toBe(6);
      expect(await installed()).toMatch(/^lib 1 install\ntool 1 /);
      expect(await run(noPackages(['lib']), noPackages(['other']))).toEqual([1]);
      expect(await installed()).toBe('');
    });
  });

  describe('of a service', () => {
    let end: () => Promise<void>;
    beforeAll(async () => {
      end = await initService(trial, 'clock');
      await trial.sh('mkdir /etc/clock; echo 1 >/etc/clock/a.conf');
    });
    afterAll(async () => await end());
    /** What the service was told since it was last asked. */
    const told = async () =>
      (await trial.sh('cat /var/log/clock.log; : >/var/log/clock.log')).trim().split('\n');
    const clock = (more = {}) => service({ name: 'clock', reads: ['/etc/clock'], ...more });

    test('starts it, and restarts or reloads it where a file has changed since, whoever changed it', async () => {
      expect(await run(clock())).toEqual([1]);
      expect(await run(clock())).toEqual([0]);
      expect(await told()).toEqual(['start']);
      await trial.sh('echo 2 >/etc/clock/a.conf');
      expect(await run(clock())).toEqual([1]);
      expect(await told()).toEqual(['stop', 'start']);
      await trial.sh('echo 3 >/etc/clock/b.conf');
      await trial.run(book(clock({ reload: true })), 'dry-run');
      expect(plannedIn().flatMap(({ fields }) => fields)).toEqual([
        { name: 'reads', before: '/etc/clock/b.conf has changed since', after: 'as the files are' },
      ]);
      expect(await run(clock({ reload: true }))).toEqual([1]);
      expect(await run(clock({ reload: true }))).toEqual([0]);
      expect(await told()).toEqual(['reload']);
    });

    test('has it told again by the next run, where it was not told well', async () => {
      await trial.sh(
        'echo 4 >/etc/clock/a.conf; sed -i "s/^reload) /&[ -e \\/run\\/well ] || exit 1; /" /etc/init.d/clock',
      );
      expect(await run(clock({ reload: true }))).toEqual([0, expect.any(String)]);
      await trial.sh(': >/run/well');
      expect(await run(clock({ reload: true }))).toEqual([1]);
      expect(await told()).toEqual(['reload']);
    });

    test('that was started by somebody else after its files changed is left alone', async () => {
      await trial.sh(
        'echo 5 >/etc/clock/a.conf; sleep 2; service clock restart; : >/var/log/clock.log',
      );
      expect(await run(clock())).toEqual([0]);
    });

    test('stops it, and starts it again when that is undone', async () => {
      expect(await undo(service({ name: 'clock', running: false }))).toBe(6);
      expect(await told()).toEqual(['stop', 'start']);
      expect(await run(service({ name: 'clock', running: false }))).toEqual([1]);
      expect(await trial.sh('ls /etc/rc3.d | grep clock')).toMatch(/^K/);
    });

    test('says of one that is not there that it is not there yet', async () => {
      expect(await notesOf(service({ name: 'nosuch' }))).toEqual([
        'the host has no service nosuch yet',
      ]);
    });
  });
});
