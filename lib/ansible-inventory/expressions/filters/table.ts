import type { Callable } from '../callable.ts';
import type { Value } from '../value.ts';
import { ADDRESSES } from './addresses.ts';
import { ENCODINGS } from './encodings.ts';
import { GENERAL } from './general.ts';
import { LISTS } from './lists.ts';
import { LOOPS } from './loops.ts';
import { MAPPINGS } from './mappings.ts';
import { NUMBERS } from './numbers.ts';
import { PATHS } from './paths.ts';
import { PATTERNS } from './patterns.ts';
import { SETS } from './sets.ts';
import { TEXTS } from './texts.ts';

/** The filters that expressions may use, by name. */
export const FILTERS: ReadonlyMap<string, Callable<Value>> = new Map(
  [
    GENERAL,
    TEXTS,
    NUMBERS,
    LISTS,
    LOOPS,
    SETS,
    MAPPINGS,
    ENCODINGS,
    PATHS,
    ADDRESSES,
    PATTERNS,
  ].flatMap((filters) => Object.entries(filters)),
);
