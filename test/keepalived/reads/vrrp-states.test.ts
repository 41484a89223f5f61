import { expect, test } from 'vitest';
import { vrrpStates } from '#keepalived/reads/vrrp-states.ts';

function parse(boot: string, uptime: string, last: number | string) {
  const data = `"iname":"VI_1","state":1,"vipset":false,"effective_priority":150,"master_priority":200`;
  const dump = `[{"data":{${data},"last_transition":${last}},"stats":{}}]`;
  const stdout = [boot, uptime, dump, ''].join('\n');
  return vrrpStates.parse({ status: 0, bytes: Buffer.from(stdout), stdout, stderr: '' });
}

const VI_1 = { name: 'VI_1', state: 'BACKUP', priority: 150 };

test('an instance has its state, and for how long by the clock of its node', () => {
  expect(parse('1000', '234.50 400.00', 1200)).toEqual([{ ...VI_1, seconds: 34.5 }]);
  // Its clock was set meanwhile.
  expect(parse('1000', '234.50 400.00', 1300)).toEqual([{ ...VI_1, seconds: 0 }]);
});

test('what is no time is left out: none yet, or whatever a host says', () => {
  for (const [boot, uptime, last] of [
    ['1000', '234.50', 0],
    ['x', 'y', 1200],
    ['9e300', '1', 1],
    ['1000', '1', '-1e308'],
  ] as const)
    expect(parse(boot, uptime, last)).toEqual([{ ...VI_1, seconds: undefined }]);
});

test('nobody is asked, or nobody answers: then there is nothing', () => {
  const stdout = '';
  expect(
    vrrpStates.parse({ status: 0, bytes: Buffer.from(''), stdout, stderr: '' }),
  ).toBeUndefined();
});
