import { expect, test } from 'vitest';
import { withEntry, withoutType } from '#tasks/system/fstab.ts';
import { mountFlags } from '#tasks/system/mounted.ts';

const data = {
  source: '/dev/sdb1',
  path: '/srv/a b',
  type: 'ext4',
  options: ['nofail', 'noatime'],
};
const LINE = '/dev/sdb1 /srv/a\\040b ext4 nofail,noatime 0 0\n';

test('an entry of fstab comes to the end, or in place of that of its path', () => {
  expect(withEntry('# static\n', data)).toBe(`# static\n${LINE}`);
  expect(withEntry('LABEL=x /srv/a\\040b xfs\n/dev/sda1 / ext4 ro 0 1', data)).toBe(
    `${LINE}/dev/sda1 / ext4 ro 0 1\n`,
  );
});

test('an entry that says the same stays, however it is spaced, and with its check at boot', () => {
  const same = '/dev/sdb1\t/srv/a\\040b  ext4   noatime,nofail 0 2\n';
  expect(withEntry(same, data)).toBe(same);
  const defaults = { ...data, path: '/b', options: ['defaults'] };
  expect(withEntry('/dev/sdb1 /b ext4\n', defaults)).toBe('/dev/sdb1 /b ext4\n');
});

test('entries with swap become comments, others stay', () => {
  const text = '/dev/sda2 none swap sw 0 0\n#x y swap\n/swap /swap ext4 ro\n /a b swap\n';
  expect(withoutType(text, 'swap')).toBe(
    '#/dev/sda2 none swap sw 0 0\n#x y swap\n/swap /swap ext4 ro\n# /a b swap\n',
  );
  expect(withoutType('# nothing', 'swap')).toBe('# nothing');
});

test.for([
  ['defaults', 'rw'],
  ['rw,nosuid,nodev,relatime,size=1024k', 'rw,nosuid,nodev'],
  ['noexec,ro,exec', 'ro'],
  ['noatime,nodiratime,sync,x-a', 'rw,noatime,nodiratime,sync'],
  ['noatime,relatime', 'rw'],
] as const)('of the options %s, %s can be compared', ([options, flags]) => {
  expect(mountFlags(options.split(','))).toBe(flags);
});
