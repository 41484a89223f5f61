import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command, Write } from '#engine/model/command.ts';
import { LIMITS } from '#engine/model/limits.ts';
import { compileProgram, type ProgramInput } from '#engine/shell/compile.ts';
import { sh } from '#engine/shell/quote.ts';
import { type Frame, frameReader } from '#engine/shell/read-frames.ts';
import { runShell, SHELLS } from './shells.ts';

const MARK = 'm4rk';
const NOBODY = 65_534;
const ME = `${process.getuid?.()}:${process.getgid?.()}`;
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-compile-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** The program with the host's own folders moved under the test's. */
function program(commands: readonly Command[], reads: ProgramInput['reads'] = []): string {
  const about = { owner: 'ada@desk', since: '2026-11-24T00:00:00Z', what: 'test' };
  const input = {
    runId: 'r1',
    mark: MARK,
    commands,
    reads,
    about,
    armed: false,
    leased: false,
    commandMs: 60_000,
  };
  return compileProgram(input).replaceAll('/var/lib/rota', `${root}/lib`);
}

function framesOf(shell: readonly string[], script: string): readonly Frame[] {
  const frames: Frame[] = [];
  frameReader(MARK, LIMITS, (frame) => frames.push(frame))(runShell(shell, script).stdout);
  return frames;
}

function write(name: string, body: string, more: Partial<Write> = {}): Write {
  return { kind: 'write', path: join(root, name), body, mode: '0640', owner: ME, ...more };
}

describe.for(SHELLS)('a program under %s', ([, shell]) => {
  test('writes bodies byte for byte, with mode, and keeps the pre-image', () => {
    const body = `it's $HOME \`x\` \\n %s "q"\n\té\n\nno end`;
    writeFileSync(join(root, 'a b'), 'old');
    expect(framesOf(shell, program([write('a b', body)]))).toEqual([
      { kind: 'begin', index: 0 },
      { kind: 'end', index: 0, status: 0 },
      { kind: 'done' },
    ]);
    expect(readFileSync(join(root, 'a b'), 'utf8')).toBe(body);
    expect(statSync(join(root, 'a b')).mode & 0o7777).toBe(0o640);
    expect(readFileSync(join(root, 'lib/runs/r1/1'), 'utf8')).toBe('old');
    expect(readFileSync(join(root, 'lib/runs/r1/paths'), 'utf8')).toBe(`1 file ${root}/a b\n`);
    expect(statSync(join(root, 'lib/runs')).mode & 0o7777).toBe(0o700);
    expect(readdirSync(root).sort()).toEqual(['a b', 'lib']);
  });

  test('gives a file its mode and owner, whatever the umask and the folder give it', () => {
    const modes = ['0600', '0640', '0644', '0666', '0755', '4755', '0000'];
    mkdirSync(join(root, 'shared'));
    chmodSync(join(root, 'shared'), 0o2775);
    if (process.getuid?.() === 0) chownSync(join(root, 'shared'), 0, NOBODY);
    const owner = process.getuid?.() === 0 ? 'root:root' : ME;
    const commands = modes.flatMap((mode) =>
      ['', 'shared/'].map((folder) => write(`${folder}${mode}`, 'x', { mode, owner })),
    );
    expect(framesOf(shell, program(commands)).at(-1)).toEqual({ kind: 'done' });
    const made = commands.map(({ path }) => statSync(path));
    expect(made.map(({ mode }) => (mode & 0o7777).toString(8).padStart(4, '0'))).toEqual(
      modes.flatMap((mode) => [mode, mode]),
    );
    expect(new Set(made.map(({ uid, gid }) => `${uid}:${gid}`))).toEqual(new Set([ME]));
  });

  test('replaces a link that is where a file should be, wherever it leads', () => {
    mkdirSync(join(root, 'folder'));
    symlinkSync('folder', join(root, 'f'));
    symlinkSync('folder', join(root, 'checked'));
    const commands = [write('f', 'new'), write('checked', 'new', { check: 'exit 0' })];
    expect(framesOf(shell, program(commands)).at(-1)).toEqual({ kind: 'done' });
    for (const name of ['f', 'checked']) {
      expect(lstatSync(join(root, name)).isFile()).toBe(true);
      expect(readFileSync(join(root, name), 'utf8')).toBe('new');
    }
    expect(readdirSync(join(root, 'folder'))).toEqual([]);
  });

  test('runs each command where the session begins, with the usual umask', () => {
    mkdirSync(join(root, 'folder'));
    const commands = [
      write('folder/f', 'new'),
      { kind: 'run', title: 'where', script: 'pwd -P; umask' },
    ] as const;
    const frames = framesOf(shell, program(commands));
    const told = frames.flatMap((frame) => (frame.kind === 'line' ? [frame.text] : []));
    expect(told).toEqual([process.cwd(), '0022']);
  });

  test('shows a command nothing of the files before it, such as their content', () => {
    const names = 'above body check folder kept made mask mode name new old owner path place';
    const script = `for one in ${names}; do eval "[ -z \\"\\\${$one+set}\\" ] || echo $one"; done`;
    const commands = [write('f', 'secret'), { kind: 'run', title: 'tell', script }] as const;
    const frames = framesOf(shell, `body=other; export body\n${program(commands)}`);
    expect(frames.at(-1)).toEqual({ kind: 'done' });
    expect(frames.filter(({ kind }) => kind === 'line')).toEqual([]);
  });

  test('does not touch the target when the check prints something or fails', () => {
    writeFileSync(join(root, 'f'), 'old');
    for (const check of ['cat "$1"', 'exit 4', 'echo bad >&2']) {
      const frames = framesOf(shell, program([write('f', 'new\n', { check }), write('g', '')]));
      expect(frames.at(-1)).toEqual({ kind: 'end', index: 0, status: 65 });
    }
    expect(readFileSync(join(root, 'f'), 'utf8')).toBe('old');
    expect(readdirSync(root).sort()).toEqual(['f', 'lib']);
  });

  test('says what is wrong with a missing folder, a folder in the way, and a full disk', () => {
    mkdirSync(join(root, 'folder'));
    const lines = [write('no/f', ''), write('folder', ''), write('f', 'x', { check: 'exit 0' })]
      .map((command, index) =>
        framesOf(
          shell,
          index < 2
            ? program([command])
            : program([command]).replace('"$body" >&3', '"$body" >/dev/full'),
        ),
      )
      .map((frames) => frames.flatMap((frame) => (frame.kind === 'line' ? [frame.text] : [])));
    expect(lines[0]).toEqual([`The folder ${root}/no does not exist.`]);
    expect(lines[1]).toEqual([`${root}/folder is a folder.`]);
    expect(lines[2]?.at(-1)).toBe(`Writing ${root}/f failed: is the disk full?`);
    expect(readdirSync(root).sort()).toEqual(['folder', 'lib']);
  });

  test('makes a folder with its mode, and its parents with the usual one; or sets those of one', () => {
    const folder = (path: string, mode: string) =>
      ({ kind: 'folder', path: join(root, path), mode, owner: ME }) as const;
    mkdirSync(join(root, 'old'));
    const frames = framesOf(shell, program([folder('a/b/c', '0750'), folder('old', '0700')]));
    expect(frames.at(-1)).toEqual({ kind: 'done' });
    const modes = ['a', 'a/b', 'a/b/c', 'old'].map(
      (path) => statSync(join(root, path)).mode & 0o777,
    );
    expect(modes).toEqual([0o755, 0o755, 0o750, 0o700]);
  });

  test('writes through a link in the path that only its own user could have made', () => {
    mkdirSync(join(root, 'a b'));
    symlinkSync('a b', join(root, 'link'));
    symlinkSync(join(root, 'link/../link'), join(root, 'absolute'));
    expect(framesOf(shell, program([write('absolute/./f', 'x')])).at(-1)).toEqual({ kind: 'done' });
    expect(readFileSync(join(root, 'a b/f'), 'utf8')).toBe('x');
    expect(readdirSync(join(root, 'a b'))).toEqual(['f']);
  });

  test('keeps no FIFO, and does not wait for somebody to write into it', () => {
    execFileSync('mkfifo', [join(root, 'f')]);
    expect(framesOf(shell, program([write('f', 'x')]))).toEqual([
      { kind: 'line', text: `${root}/f is no file.` },
      { kind: 'broken' },
    ]);
  });

  test('takes away what a program that was killed has staged, and nothing of others', () => {
    mkdirSync(join(root, '.killed'), { mode: 0o700 });
    writeFileSync(join(root, '.killed/f'), 'half');
    mkdirSync(join(root, '.f.rota-leftover'));
    mkdirSync(join(root, 'lib/runs/r0'), { recursive: true, mode: 0o700 });
    writeFileSync(join(root, 'lib/runs/r0/staged'), 'killed\n');
    expect(framesOf(shell, program([write('f', 'x')])).at(-1)).toEqual({ kind: 'done' });
    expect(readdirSync(root).sort()).toEqual(['.f.rota-leftover', 'f', 'lib']);
  });

  test('gives its commands no arguments', () => {
    const frames = framesOf(shell, program([{ kind: 'run', title: 'count', script: 'echo "$#"' }]));
    expect(frames).toContainEqual({ kind: 'line', text: '0' });
  });

  test('stops at the first command that fails, with what it printed', () => {
    const frames = framesOf(
      shell,
      program([
        { kind: 'run', title: 'fails', script: 'echo out; echo err >&2; false; echo not here' },
        write('f', ''),
      ]),
    );
    expect(frames).toEqual([
      { kind: 'begin', index: 0 },
      { kind: 'line', text: 'out' },
      { kind: 'line', text: 'err' },
      { kind: 'end', index: 0, status: 1 },
    ]);
  });

  test('looks for its stop file between commands', () => {
    const stop = `: >${root}/lib/runs/r1/stop`;
    const frames = framesOf(
      shell,
      program([{ kind: 'run', title: 'stops itself', script: stop }, write('f', '')]),
    );
    expect(frames.map(({ kind }) => kind)).toEqual(['begin', 'end', 'stopped']);
    expect(readdirSync(join(root, 'lib/runs/r1'))).toEqual(['about', 'paths', 'places', 'staged']);
  });

  test('changes nothing when the host no longer answers as the plan saw it', () => {
    const read = { key: 'f', script: `cat ${root}/f; exit 2`, parse: () => undefined };
    const reads = [{ read, answer: { status: 2, bytes: Buffer.from('as planned\n\0') } }];
    writeFileSync(join(root, 'f'), 'as planned\n\0');
    expect(framesOf(shell, program([], reads)).map(({ kind }) => kind)).toEqual(['done']);
    writeFileSync(join(root, 'f'), 'as planned\n');
    expect(framesOf(shell, program([write('g', '')], reads))).toEqual([{ kind: 'drift' }]);
    expect(readdirSync(root).sort()).toEqual(['f', 'lib']);
  });

  test('removes a file, keeping its pre-image; one that is not there is fine', () => {
    writeFileSync(join(root, 'f'), 'old');
    chmodSync(join(root, 'f'), 0o600);
    const commands = ['f', 'g'].map((name) => ({
      kind: 'remove' as const,
      path: join(root, name),
    }));
    expect(framesOf(shell, program(commands)).at(-1)).toEqual({ kind: 'done' });
    expect(existsSync(join(root, 'f'))).toBe(false);
    expect(readFileSync(join(root, 'lib/runs/r1/1'), 'utf8')).toBe('old');
  });

  test('changes nothing when it was cut off on its way, wherever it was cut', () => {
    const script = program([
      write('f', 'new'),
      { kind: 'run', title: 'run', script: `: >${root}/g` },
    ]);
    const cuts = mkdtempSync(join(tmpdir(), 'rota-cuts-'));
    const functionsEnd = script.indexOf('mkdir -p "$run"');
    let count = 0;
    for (let at = 0; at < script.length - 2; at += at < functionsEnd ? 37 : 1) {
      writeFileSync(join(cuts, `${at}`), script.slice(0, at));
      count += 1;
    }
    // One shell starts them all: to start one from here takes longer than it runs.
    const all = sh`for cut in ${cuts}/*; do
      ${shell} <"$cut" >/dev/null 2>&1
      for left in ${root}/* ${root}/.[!.]*; do [ ! -e "$left" ] || echo "$cut: $left"; done
      echo tried
    done | sort | uniq -c`;
    const { stdout } = runShell(['sh', '-s'], all);
    rmSync(cuts, { recursive: true });
    expect(`${stdout}`.trim()).toBe(`${count} tried`);
  });
});

test('a program ends after its command when nobody listens any more', () => {
  const script = program([
    { kind: 'run', title: 'slow', script: `sleep 0.3; : >${root}/first` },
    write('second', ''),
  ]);
  runShell(['sh', '-c', 'sh -s | head -n 2 >/dev/null; sleep 0.1'], script);
  expect(readdirSync(root).sort()).toEqual(['first', 'lib']);
});
