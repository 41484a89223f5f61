import { commandsIn } from '../../docs-commands.ts';
import { pageAt } from '../../docs-pages.ts';
import type { TestLab } from './test-lab.ts';

const INVENTORY = 'inventory/lab.yaml';

/** The commands of the page for new users, in its order: what follows `rota`. */
export function gettingStarted(): readonly (readonly string[])[] {
  return commandsIn(pageAt('docs/getting-started.md'))
    .filter(({ isWhole }) => isWhole)
    .map(({ words = [] }) => words);
}

/** Does one of them on a lab that is up, and gives its exit code: `lab up` and `lab down` are the lab's own. */
export async function doCommand(
  testLab: TestLab,
  inventory: string,
  words: readonly string[],
): Promise<number | null> {
  const [command, what, node = ''] = words;
  if (command !== 'lab') {
    const { status } = await testLab.rota(
      ...words.map((word) => (word === INVENTORY ? inventory : word)),
    );
    return status;
  }
  if (what === 'cut') await testLab.lab.cut(node);
  if (what === 'mend') await testLab.lab.mend(node);
  return 0;
}
