import type { Tree } from '../read/tree.ts';
import { hasTemplate } from './templates.ts';

/** Works out a text with expressions. */
export type Render = typeof import('./render.ts').render;

/** What works out the expressions in these values. Filters and all are only loaded when there are some. */
export async function rendererFor(trees: readonly Tree[]): Promise<Render> {
  if (!trees.some(hasTemplate)) return renderNothing;
  const { render } = await import('./render.ts');
  return render;
}

function renderNothing(): never {
  throw new Error('a text has expressions that no source had');
}
