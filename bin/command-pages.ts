import type { wholeProgram } from '../cli/program.ts';

/** A command with those that it is made of. */
type Rota = Awaited<ReturnType<typeof wholeProgram>>;

const FOLDER = 'docs/commands';

/** The pages of the commands, each with what its --help says, and one that leads to them, by their paths. */
export function commandPages(rota: Rota): readonly (readonly [string, string])[] {
  return [
    [`${FOLDER}/README.md`, indexPage(rota)],
    ...rota.commands.map(
      (command) => [`${FOLDER}/${command.name()}.md`, commandPage(command)] as const,
    ),
  ];
}

const GENERATED = '<!-- Made by `npm run docs` from what --help says. -->';

function indexPage(rota: Rota): string {
  const rows = rota.commands.map(
    (command) => `- [${command.name()}](${command.name()}.md): ${command.description()}`,
  );
  return `${GENERATED}

# Commands

In a clone \`npm run rota -- COMMAND\`, in a repository with the package \`npx rota COMMAND\`.

${rows.join('\n')}

${block(helpOf(rota))}
`;
}

function commandPage(command: Rota): string {
  const blocks = [command, ...command.commands].map(
    (one) => `## ${nameOf(one)}\n\n${block(helpOf(one))}`,
  );
  const [first = '', ...others] = blocks;
  return `${GENERATED}

${[first.replace(/^#/, ''), ...others].join('\n\n')}

[All commands](README.md)
`;
}

/** `rota lab up`. */
function nameOf(command: Rota): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

/** With what --help adds behind it. */
function helpOf(command: Rota): string {
  let text = '';
  command.configureOutput({
    getOutHelpWidth: () => 100,
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text.trimEnd();
}

function block(text: string): string {
  return `\`\`\`\n${text}\n\`\`\``;
}
