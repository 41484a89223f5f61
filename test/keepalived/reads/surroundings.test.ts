import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { surroundings } from '#keepalived/reads/surroundings.ts';
import { runShell, SHELLS } from '../../engine/shell/shells.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifests-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Files of a manifest folder, and whether they are of a keepalived. */
const MANIFESTS: Readonly<Record<string, readonly [string, boolean]>> = {
  'plain.yaml': ['metadata:\n  name: keepalived\n', true],
  'quoted.yaml': ["metadata: {\n  name: 'keepalived',\n}\n", true],
  'comment.yaml': ['metadata:\n  name: keepalived # by hand\n', true],
  'flow.yaml': ['metadata: {name: keepalived, namespace: kube-system}\n', true],
  'one-line.json': ['{"kind":"Pod","metadata":{"name":"keepalived","namespace":"a"}}\n', true],
  'last.json': ['{"kind":"Pod","metadata":{"namespace":"a","name":"keepalived"}}\n', true],
  'exporter.yaml': ['metadata:\n  name: keepalived-exporter\n', false],
  'volume.yaml': ['metadata:\n  name: etcd\n  labels: {app: keepalived}\n', false],
};

test.for(SHELLS)(
  'a manifest of a keepalived is known however it is written, to %s',
  ([, shell]) => {
    for (const [name, [text]] of Object.entries(MANIFESTS)) writeFileSync(join(folder, name), text);
    const read = surroundings(folder);
    const { stdout, status } = runShell(shell, `kubelet=''\nlf='\n'\n${read.script}`);
    const output = { status: status ?? 1, bytes: stdout, stdout: stdout.toString(), stderr: '' };
    const found = read.parse(output).manifests.map((path) => path.slice(folder.length + 1));
    const wanted = Object.entries(MANIFESTS).flatMap(([name, [, isOne]]) => (isOne ? [name] : []));
    expect(found).toEqual(wanted.toSorted());
  },
);
