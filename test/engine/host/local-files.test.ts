import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { saveLocal } from '#engine/host/local-files.ts';

test('what is saved here goes through no link that others may put beside it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-save-'));
  try {
    const [to, victim] = [join(folder, 'to'), join(folder, 'victim')];
    writeFileSync(victim, 'as it was');
    symlinkSync(victim, to);
    symlinkSync(victim, `${to}.${process.pid}`);
    expect(saveLocal({ kind: 'save', to, bytes: Buffer.from('new') })).toBeUndefined();
    expect([readFileSync(to, 'utf8'), readFileSync(victim, 'utf8')]).toEqual(['new', 'as it was']);
    expect(readdirSync(folder).toSorted()).toEqual(['to', `to.${process.pid}`, 'victim']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
