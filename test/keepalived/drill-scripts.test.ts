import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hideScript, putBackScript } from '#keepalived/drill-trials.ts';
import { runShell, SHELLS } from '../engine/shell/shells.ts';

const root = mkdtempSync(join(tmpdir(), "rota-drill's-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.each(SHELLS)('in %s, a manifest', (_, shell) => {
  const folder = mkdtempSync(join(root, 'manifests-'));
  const manifest = join(folder, 'keepalived.yaml');
  const run = (script: string) => runShell(shell, script).status;
  const files = () => readdirSync(folder);

  test('is hidden from kubelet by a dot, and put back as it was', () => {
    writeFileSync(manifest, 'pod');
    expect(run(hideScript(manifest))).toBe(0);
    expect(files()).toEqual(['.keepalived.yaml.rota-drill']);
    expect(run(putBackScript(manifest))).toBe(0);
    expect(files()).toEqual(['keepalived.yaml']);
    expect(readFileSync(manifest, 'utf8')).toBe('pod');
    expect(run(putBackScript(manifest))).toBe(0);
    expect(files()).toEqual(['keepalived.yaml']);
  });

  test('that another run has written meanwhile is left as it is', () => {
    expect(run(hideScript(manifest))).toBe(0);
    writeFileSync(manifest, 'new pod');
    expect(run(putBackScript(manifest))).toBe(0);
    expect(files()).toEqual(['keepalived.yaml']);
    expect(readFileSync(manifest, 'utf8')).toBe('new pod');
  });

  test('that is not there cannot be hidden', () => {
    rmSync(manifest);
    expect(run(hideScript(manifest))).toBe(1);
    expect(run(putBackScript(manifest))).toBe(0);
    expect(files()).toEqual([]);
  });
});
