import { writeFileSync } from 'node:fs';
import { referencePage } from './page.ts';

writeFileSync('docs/reference.md', referencePage());
