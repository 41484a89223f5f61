/** A regular expression of Python, of the kinds that are understood here. */
export type Pattern =
  | { readonly kind: 'set'; readonly fits: (character: string) => boolean }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly options: readonly Pattern[] }
  | { readonly kind: 'group'; readonly index: number; readonly inner: Pattern }
  | { readonly kind: 'repeat'; readonly inner: Pattern; readonly bounds: Bounds }
  | {
      readonly kind:
        | 'lineStart'
        | 'lineEnd'
        | 'end'
        | 'textStart'
        | 'textEnd'
        | 'border'
        | 'noBorder';
    }
  | { readonly kind: 'ahead'; readonly inner: Pattern; readonly wanted: boolean };

export interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly greedy: boolean;
}

export interface Expression {
  readonly pattern: Pattern;
  readonly groups: number;
  /** Groups with names, by name. */
  readonly names: ReadonlyMap<string, number>;
}

export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
}
