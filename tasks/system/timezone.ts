import { resolve } from 'node:path/posix';
import { ownFile } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { like, refuse } from '#engine/model/options.ts';
import { type Task, task } from '#engine/model/task.ts';
import { type FileFact, fileAt, textIn } from '#engine/reads/file.ts';

const LINK = '/etc/localtime';
const NAME = '/etc/timezone';

/** The time zone of a host, by its name in the host's zoneinfo. /etc/timezone is kept where it is there. */
export function timezone(zone: string): Task {
  refuse(
    `timezone ${zone}`,
    like(/^[\w+-]+(\/[\w+-]+)*$/, 'the name of a zone, such as Europe/Paris')(zone, 'zone'),
  );
  const target = `/usr/share/zoneinfo/${zone}`;
  return task({
    title: `timezone ${zone}`,
    reads: { link: fileAt(LINK), name: fileAt(NAME), zone: fileAt(target) },
    desired: ({ name }) => ({
      [LINK]: target,
      ...(name.type === 'absent' ? {} : { [NAME]: `${zone}\n` }),
    }),
    inspect: ({ link, name, zone: known }) => {
      if (known.type === 'absent' || known.type === 'folder') throw unknownZone(target);
      return { [LINK]: targetOf(link), [NAME]: textIn(name) };
    },
    apply: ({ fields }) =>
      fields.map(({ name }) =>
        name === LINK ? { kind: 'link', path: LINK, target } : ownFile(NAME, `${zone}\n`),
      ),
  });
}

function targetOf(link: FileFact): string | undefined {
  if (link.type === 'absent') return undefined;
  return link.type === 'link' ? resolve('/etc', link.target) : `a ${link.type}`;
}

function unknownZone(path: string): Failure {
  return new Failure('The host knows no such time zone', {
    ran: `there is no file ${path}`,
    fix: 'Mend its name, or install tzdata on the host before.',
  });
}
