import { BEFORE_FILE_PAGES } from './before-file-pages.ts';
import type { BeforePage } from './before-page.ts';
import { BEFORE_SYSTEM_PAGES } from './before-system-pages.ts';
import { BEFORE_WORK_PAGES } from './before-work-pages.ts';

/** By the names of tasks, for those that need something. */
export const BEFORE_PAGES: Readonly<Record<string, BeforePage>> = {
  ...BEFORE_FILE_PAGES,
  ...BEFORE_SYSTEM_PAGES,
  ...BEFORE_WORK_PAGES,
};
