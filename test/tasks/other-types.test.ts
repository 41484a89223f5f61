import { expect, test } from 'vitest';
import { file } from '#tasks/files/file.ts';
import { inFile } from '#tasks/files/in-file.ts';
import { link } from '#tasks/files/link.ts';
import { group } from '#tasks/system/group.ts';
import { service } from '#tasks/system/service.ts';
import { sysctl } from '#tasks/system/sysctl.ts';
import { user } from '#tasks/system/user.ts';
import { container } from '#tasks/work/container.ts';

const path = '/etc/it';

/** As a playbook gives them whose types nobody checks. */
test.each<readonly [string, () => unknown]>([
  ['body must be a text', () => file({ path, body: { a: 1 } as never })],
  ['body must be a text', () => file({ path, body: 5 as never })],
  ['source must be a path, where there is no body', () => file({ path } as never)],
  ['path must be', () => file({ path: ['/etc/it'] as never, body: '' })],
  ['path must be', () => link({ path: ['/etc/it'] as never, target: 'it' })],
  ['target must be', () => link({ path } as never)],
  ['line must be', () => inFile({ path, what: { line: 5 as never } })],
  ['value must be', () => inFile({ path, what: { key: 'a', value: 5 as never } })],
  ['block must be', () => inFile({ path, what: { mark: 'a', block: 5 as never } })],
  ['pattern must be', () => inFile({ path, what: { pattern: 'a' as never, by: '' } })],
  ['pattern must be', () => inFile({ path, what: {} as never })],
  ['value must be', () => sysctl('net.ipv4.ip_forward', 1 as never)],
  ['name must be', () => group('wheel' as never)],
  ['name must be', () => user('ada' as never)],
  ['password must be a Secret', () => user({ name: 'ada', password: '$6$a$b' as never })],
  ['name must be', () => service('nginx' as never)],
  ['image must be', () => container({ name: 'web' } as never)],
])('an option of another type is refused by name: %s', (must, make) => {
  expect(make).toThrow(
    expect.objectContaining({ output: expect.stringContaining(must) }) as unknown as Error,
  );
});
