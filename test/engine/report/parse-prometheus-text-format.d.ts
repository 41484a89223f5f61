/** The package has no types of its own; its README has these. */
declare module 'parse-prometheus-text-format' {
  interface Metric {
    readonly value: string;
    readonly labels?: Readonly<Record<string, string>>;
  }
  interface Family {
    readonly name: string;
    readonly help: string;
    readonly type: string;
    readonly metrics: readonly Metric[];
  }
  // biome-ignore lint/style/noDefaultExport: it is the package’s
  export default function parse(text: string): readonly Family[];
}
