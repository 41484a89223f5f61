import { type Task, task } from '#engine/model/task.ts';
import { fileAt, textIn, textToEdit } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import { rewrite } from '../files/edited.ts';
import { FSTAB, fstabWord, withoutType } from './fstab.ts';

/** No swap, live and after a boot: its lines of /etc/fstab become comments. */
export function swapOff(): Task {
  return task({
    title: 'no swap',
    reads: { fstab: fileAt(FSTAB), areas: swapAreas },
    desired: ({ fstab }) => ({
      live: 'none',
      ...(fstab.type === 'absent'
        ? {}
        : { [FSTAB]: withoutType(textToEdit(fstab, FSTAB), 'swap') }),
    }),
    inspect: ({ fstab, areas }) => ({
      live: areas.length === 0 ? 'none' : areas.join(' '),
      [FSTAB]: textIn(fstab),
    }),
    apply: ({ desired, fields, facts: { fstab, areas } }) =>
      fields.map(({ name }) =>
        name === 'live'
          ? {
              kind: 'run',
              title: 'turn swap off',
              script: sh`swapoff ${areas}`,
              undo: areas.map(swapOn).join('\n'),
            }
          : rewrite(FSTAB, fstab, `${desired[FSTAB]}`),
      ),
  });
}

/** The devices and files that are swapped to. */
const swapAreas = {
  key: 'swap areas',
  script:
    'while read -r area _; do case $area in /*) printf "%s\\n" "$area" ;; esac; done </proc/swaps',
  parse: ({ stdout }: { readonly stdout: string }) =>
    stdout
      .split('\n')
      .filter(Boolean)
      .map((area) =>
        area.replaceAll(/\\(\d{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))),
      ),
};

function swapOn(area: string): string {
  return sh`grep -qF ${`${fstabWord(area)} `} /proc/swaps || swapon ${area}`;
}
