import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { redact } from '#engine/model/redaction.ts';
import { widthOf } from '#engine/report/words.ts';

/**
 * Writes a text to stdout; one that is longer than its terminal through a pager, as git does: $PAGER, or
 * `less -FRX`; none where that is empty or `cat`. A pager that is left early has shown what was wanted; one that
 * fails has not.
 */
export async function page(text: string): Promise<void> {
  const { PAGER: pager = 'less', TERM } = process.env;
  const isWanted = pager !== '' && pager !== 'cat' && TERM !== 'dumb' && isAttended();
  const isShown = isWanted && isLong(text) && (await showIn(pager, text));
  if (!isShown) process.stdout.write(text);
}

/** A job of CI may have a terminal; nobody would ever leave the pager there. */
function isAttended(): boolean {
  return process.stdin.isTTY && !process.env['CI'];
}

function isLong(text: string): boolean {
  const { isTTY, columns, rows } = process.stdout;
  if (!isTTY || !columns) return false;
  const heights = text
    .split('\n')
    .map((line) => Math.max(1, Math.ceil(widthOf(stripVTControlCharacters(line)) / columns)));
  return heights.reduce((sum, height) => sum + height, 0) > rows;
}

/** Whether the pager did not fail. Ctrl-C is for it alone, which may end with any status by it. */
async function showIn(pager: string, text: string): Promise<boolean> {
  const env = { LESS: 'FRX', LV: '-c', ...process.env };
  const child = spawn(pager, { shell: true, env, stdio: ['pipe', 'inherit', 'inherit'] });
  let isLeft = false;
  const leave = () => {
    isLeft = true;
  };
  process.on('SIGINT', leave);
  child.stdin.on('error', () => {});
  // Past stdout, which would hide secrets.
  child.stdin.end(redact(text));
  const [status] = await once(child, 'close');
  process.off('SIGINT', leave);
  return isLeft || status === 0 || status === null || status > 128;
}
