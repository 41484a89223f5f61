import { styleText } from 'node:util';

export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'bold' | 'dim';

/** Gives a text its colour, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string;

export const noPaint: Paint = (_, text) => text;

/** Colours for a terminal only; NO_COLOR and FORCE_COLOR have the last word. */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (colour, text) => styleText(colour, text, { stream });
}
