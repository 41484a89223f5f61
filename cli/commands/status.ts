import { type Command, Option } from 'commander';
import { Failure } from '#engine/model/failure.ts';
import { exitCodeOfFailures, INTERRUPTED_EXIT_CODE } from '#engine/report/exit-code.ts';
import { toJson } from '#engine/report/json.ts';
import { paintFor } from '#engine/report/paint.ts';
import deploy from '#playbooks/deploy.ts';
import type { RingStatus } from '#playbooks/status.ts';
import { addInventory, type InventoryFlags, requestOf } from '../flags/inventory.ts';
import { limitsOf } from '../flags/limits.ts';
import { addSlice } from '../flags/run.ts';
import { type HostChoice, load } from '../load.ts';
import { printWarnings } from '../print.ts';
import { RingLooks } from '../status/ring-looks.ts';

interface StatusFlags extends InventoryFlags, Pick<HostChoice, 'slice'> {
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly serve?: string;
  readonly tokenFile?: string;
}

export function define(command: Command) {
  addSlice(addInventory(command))
    .option('--json', 'print it as JSON; with --watch a line per change')
    .option('-w, --watch', 'follow it until Ctrl-C, over connections that stay open')
    .addOption(
      new Option(
        '--serve <address>',
        'serve it as a page and as metrics until Ctrl-C: PORT on this machine alone, or IP:PORT with a token',
      ).conflicts(['json', 'watch']),
    )
    .option(
      '--token-file <file>',
      'what who asks --serve has to show; ROTA_STATUS_TOKEN has it, too',
    );
  return status;
}

/** Where every ring of an inventory stands. Changes nothing; the exit code is 6, 4 or 0, by the last look. */
async function status(inventory: string, flags: StatusFlags): Promise<number> {
  const loaded = await load(deploy, requestOf(inventory, flags), flags);
  printWarnings(loaded.warnings);
  await using looks = new RingLooks(loaded, limitsOf(flags));
  if (flags.serve !== undefined) {
    const { servePlaceOf } = await import('../status/serve/place.ts');
    const place = await servePlaceOf(flags.serve, flags.tokenFile);
    const { serveStatus } = await import('../status/serve/serve.ts');
    await serveStatus(looks, place);
    return 0;
  }
  if (flags.watch) {
    const { watchStatus } = await import('../status/watch.ts');
    const last = await watchStatus(looks, flags);
    return last === undefined ? INTERRUPTED_EXIT_CODE : exitCodeOf(last.rings);
  }
  const rings = await looks.look();
  if (flags.json) process.stdout.write(`${toJson({ rings })}\n`);
  else await printRings(rings);
  return exitCodeOf(rings);
}

async function printRings(rings: readonly RingStatus[]): Promise<void> {
  const { statusText } = await import('../status/text.ts');
  const now = new Date();
  const text = statusText(
    { rings, lookedAt: now },
    {
      ...{ now, paint: paintFor(process.stdout) },
      ...(process.stdout.columns ? { columns: process.stdout.columns } : {}),
    },
  );
  process.stdout.write(`${text}\n`);
}

function exitCodeOf(rings: readonly RingStatus[]): number {
  const failures = rings.flatMap(({ nodes, findings }) => [
    ...nodes.flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
    ...findings.map(() => new Failure('A VIP is not where it belongs', { kind: 'check' })),
  ]);
  return exitCodeOfFailures(failures);
}
