import { readFileSync } from 'node:fs';
import { bodyOf, declaredName, type Syntax } from './syntax.ts';

/** What a file says of one of its names. */
export interface Declaration {
  /** False of what is a type alone. */
  readonly isValue: boolean;
  /** Its docstring, without the stars. */
  readonly says: string;
  /** Without bodies; none of a value that its docstring tells all of. */
  readonly code: string | undefined;
}

/** Of a name that the file exports, or of its default; of a schema and its type of one name the schema. */
export function declarationIn(file: string, name: string): Declaration {
  const text = readFileSync(file, 'utf8');
  const node = bodyOf(file).find((one) => isOf(one, name));
  if (node === undefined) throw new Error(`${file} does not declare ${name}`);
  const declaration: Syntax = node['declaration'];
  return {
    isValue: !/^TS/.test(declaration.type),
    says: docstringBefore(text, node.start),
    code: codeOf(declaration, text),
  };
}

function isOf(node: Syntax, name: string): boolean {
  if (name === 'default') return node.type === 'ExportDefaultDeclaration';
  return (
    node.type === 'ExportNamedDeclaration' &&
    !!node['declaration'] &&
    declaredName(node['declaration']) === name
  );
}

function docstringBefore(text: string, start: number): string {
  const [, inside = ''] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(text.slice(0, start)) ?? [];
  return inside
    .replace(/^[ \t]*\* ?/gm, '')
    .trim()
    .replace(/\s*\n(?!\n)\s*/g, ' ');
}

function codeOf(node: Syntax, text: string): string | undefined {
  switch (node.type) {
    case 'FunctionDeclaration':
      return `${text.slice(node.start, node['body'].start).trim()};`;
    case 'VariableDeclaration':
      return constantCode(node, text);
    case 'ClassDeclaration':
      return classCode(node, text);
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return text.slice(node.start, node.end);
    default:
      return undefined;
  }
}

function constantCode(node: Syntax, text: string): string | undefined {
  const { id, init } = node['declarations'][0];
  if (init?.type === 'ArrowFunctionExpression')
    return `${text
      .slice(node.start, init.body.start)
      .replace(/=>\s*$/, '')
      .trim()};`;
  return id.typeAnnotation ? `const ${text.slice(id.start, id.end)};` : undefined;
}

/** What others see of it. */
function classCode(node: Syntax, text: string): string {
  const members: readonly Syntax[] = node['body'].body;
  const seen = members.filter((one) => isSeen(one)).map((one) => memberCode(one, text));
  const head = text.slice(node.start, node['body'].start).trim();
  return `${head} {\n${seen.join('\n')}\n}`;
}

function isSeen(member: Syntax): boolean {
  return (
    member['key']?.type !== 'PrivateIdentifier' && !member['accessibility'] && !member['override']
  );
}

function memberCode(member: Syntax, text: string): string {
  const says = docstringBefore(text, member.start);
  const end = member['value']?.body?.start ?? member['value']?.start ?? member.end;
  const code = text
    .slice(member.start, end)
    .replace(/[\s=;]+$/, '')
    .replace(/\n {4}/g, '\n    ');
  return `${says && `  /** ${says} */\n`}  ${code};`;
}
