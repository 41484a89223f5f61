import { type Command, InvalidArgumentError } from 'commander';

/** What a report can be. */
export const REPORT_KINDS = ['html', 'json', 'junit', 'markdown', 'metrics'] as const;

/** A file to be written with one view of a run. */
export interface ReportFile {
  readonly kind: (typeof REPORT_KINDS)[number];
  readonly path: string;
}

/** The flags by which a run is told and kept, as commander gives them. */
export interface RecordFlags {
  readonly json?: boolean;
  readonly report?: readonly ReportFile[];
  readonly runDir?: string;
  /** How often -v was given. */
  readonly verbose?: number;
}

/** Gives a command that makes one run the flags by which it is told and kept. */
export function addRecordFlags(command: Command): Command {
  return addReport(command.option('--json', 'print every event as a line of JSON'))
    .option(
      '--run-dir <dir>',
      'keep the events of this run there, and not among your last fifty runs',
    )
    .option(
      '-v, --verbose',
      'lines that name what is ok, too; -vv: with the scripts that hosts are sent',
      (_: string | undefined, before: number | undefined = 0) => before + 1,
    );
}

/** Gives a command --report. */
export function addReport(command: Command): Command {
  return command.option(
    '--report <kind=file>',
    `write a report when the run has ended: ${REPORT_KINDS.join(', ')}; may be repeated`,
    reportFile,
  );
}

function reportFile(text: string, before: readonly ReportFile[] = []): readonly ReportFile[] {
  const [, name, path = ''] = /^(\w+)=(.+)$/s.exec(text) ?? [];
  const kind = REPORT_KINDS.find((one) => one === name);
  if (kind !== undefined) return [...before, { kind, path }];
  throw new InvalidArgumentError(
    `Expected one of ${REPORT_KINDS.join(', ')}, and a file: --report junit=report.xml.`,
  );
}
