import { expect, test } from 'vitest';
import { type Answer, Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Read } from '#engine/model/read.ts';
import { reveal } from '#engine/model/secret.ts';
import { builtImage } from '#engine/reads/image-source.ts';
import { imageSourceOf } from '#keepalived/image-source.ts';
import type { VipSample } from '#keepalived/reads/vip-sample.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { markedManifest } from '#keepalived/render-manifest.ts';
import { nodeReads, nodeStatus, sysctlReads } from '#playbooks/node-status.ts';
import { first, guideNodes } from '../keepalived/members.ts';
import { held } from '../keepalived/node-samples.ts';

const members = guideNodes({ image_registry: 'registry.example', image_ref: 'v1' });
const node = first(members);
const reads = nodeReads(node, members);
const CONFIGURATION = reveal(renderConfig(node, members));
const IMAGE = `registry.example/${node.vars.image_name}@sha256:${'0'.repeat(64)}`;
const POD = markedManifest(node, IMAGE);
const MARK = typeof POD.mark === 'string' ? POD.mark : '';

const fact = <T>(read: Read<T>, value: T): readonly [string, Answer] => [
  read.key,
  { fact: value, status: 0, bytes: Buffer.alloc(0) },
];
const content = (text: string) =>
  ({ type: 'file', mode: '0644', owner: 'root:root', content: text }) as const;

const DIGEST = `sha256:${'0'.repeat(64)}`;
const SOURCE = builtImage(imageSourceOf(node.vars));
const KNOWN = fact(SOURCE, { tag: 'v1', id: undefined, archive: undefined, digest: DIGEST });

/** The status of a node on which all is as the inventory says, but for these answers. */
function statusWith(...answers: readonly (readonly [string, Answer])[]) {
  const usual = [
    KNOWN,
    fact(reads.drained, undefined),
    fact(reads.lease, undefined),
    fact(reads.process, {
      running: 1,
      others: [],
      isLoaded: true,
      pod: MARK,
      configuration: CONFIGURATION,
    }),
    fact(reads.sample, sample(['fd02:9a01::1'])),
    ...Object.values(sysctlReads(node)).map((read) => fact(read, '1')),
    fact(reads.configuration, content(CONFIGURATION)),
    fact(reads.manifest, content(reveal(POD.manifest))),
  ];
  const answer = new Answers(new Map([...usual, ...answers]));
  const look = { members, local: answer, answer };
  const { configuration, pod, ...status } = nodeStatus(node, look);
  return { configuration, pod, status };
}

function sample(vips: readonly string[], more: Partial<VipSample> = {}): VipSample {
  return {
    ...{ running: 1, uptime: 60, mac: '', checks: {}, statuses: {}, answers: {} },
    ...{ reached: [], reachable: [], neighbours: {}, log: [] },
    addresses: [...vips, 'fe80::1'].map(held),
    ...more,
  };
}

test('a node that is as the inventory says is ok in all, and tells what it holds', () => {
  expect(statusWith()).toEqual({
    configuration: 'ok',
    pod: 'ok',
    status: {
      ...{ node: 'node1', running: 1, uptime: 60, holds: ['fd02:9a01::1'] },
      checks: [],
      image: IMAGE,
      sysctls: [
        { name: 'net.ipv4.ip_nonlocal_bind', wanted: '1', value: '1' },
        { name: 'net.ipv6.ip_nonlocal_bind', wanted: '1', value: '1' },
      ],
    },
  });
});

test('a file that differs is told from one that is not in force', () => {
  const other = CONFIGURATION.replace('interval 5', 'interval 9');
  const file = fact(reads.configuration, content(other));
  expect(statusWith(file).configuration).toBe('differs, pending');
  const process = { running: 1, others: [], isLoaded: true, pod: 'older', configuration: other };
  expect(statusWith(fact(reads.process, process))).toMatchObject({
    configuration: 'pending',
    pod: 'pending',
  });
  expect(statusWith(file, fact(reads.process, process)).configuration).toBe('differs');
  expect(statusWith(fact(reads.manifest, content('kind: Pod\n'))).pod).toBe('differs');
});

test('a check that fails has its reason: what it was answered, or how it ended', () => {
  const reasonFor = (status: number, answer?: number) => {
    const failing = {
      checks: { chk_api_service: false },
      statuses: { chk_api_service: status },
      answers: answer === undefined ? {} : { chk_api_service: answer },
    };
    return statusWith(fact(reads.sample, sample([], failing))).status.checks[0]?.reason;
  };
  expect([reasonFor(22, 503), reasonFor(7, 0), reasonFor(28, 0), reasonFor(51, 0)]).toEqual([
    ...['HTTP 503', 'connection refused', 'timeout', 'curl exit 51'],
  ]);
  expect([reasonFor(124), reasonFor(127), reasonFor(1)]).toEqual([
    ...['timeout', 'its program is not in the image', 'exit 1'],
  ]);
});

test('a drained node has its configuration, and no pod', () => {
  const found = statusWith(
    fact(reads.drained, 'ada@desk at noon'),
    fact(reads.process, {
      running: 0,
      others: [],
      isLoaded: true,
      pod: '',
      configuration: undefined,
    }),
    fact(reads.manifest, { type: 'absent' }),
  );
  expect([found.configuration, found.pod, found.status.drained]).toEqual([
    'ok',
    'none',
    'ada@desk at noon',
  ]);
});

test('a pod cannot be judged while the registry does not say what image it should have', () => {
  const failed = new Failure('A question to the host failed');
  expect(statusWith([SOURCE.key, failed])).toMatchObject({ configuration: 'ok', pod: 'unknown' });
});

test('a node that answers half, or not at all, is unknown, with the reason', () => {
  const failed = new Failure('A question to the host failed');
  const look = { members, local: new Answers(), answer: failed };
  expect(nodeStatus(node, look)).toMatchObject({ failure: failed, configuration: 'unknown' });
  expect(statusWith([reads.drained.key, failed]).status.failure?.message).toBe(failed.message);
});
