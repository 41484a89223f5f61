import { paintFor } from './paint.ts';
import { plainReport } from './plain.ts';
import type { Report } from './report.ts';

export interface Streams {
  readonly isTTY: boolean;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Rows that move on a terminal that can move them, lines that stay anywhere else; on stdout both. */
export async function chooseReport({ isTTY, stdout, stderr }: Streams): Promise<Report> {
  if (isTTY && process.env['TERM'] !== 'dumb') {
    const { listrReport } = await import('./listr.ts');
    return listrReport({ stdout, stderr });
  }
  return plainReport((text) => stdout.write(text), paintFor(stdout));
}
