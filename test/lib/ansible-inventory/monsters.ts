/** Small inventories that want much: each is refused, or read without what it wants. */
export function monsters(): Readonly<Record<string, string>> {
  return {
    'laughs of aliases': `all: {vars: {a0: &a0 [x, x, x, x, x, x, x, x, x, x]${laughs()}}}`,
    'laughs of merge keys': `all: {vars: {m0: &m0 {k0: 1}${merges()}}}`,
    'an alias in its own anchor': 'all: {vars: &a {b: *a, c: [*a, *a], <<: *a}}',
    'anchors in a ring': 'all: {vars: {a: &a [*b], b: &b [*a]}}',
    'groups in a ring': 'a: {children: {b: }}\nb: {children: {c: }}\nc: {children: {a: , b: }}',
    'brackets without end': '['.repeat(20_000),
    'braces without end': '{a: '.repeat(20_000),
    'dashes without end': '- '.repeat(20_000),
    'question marks without end': '? '.repeat(20_000),
    'tags without end': `a: ${'!x '.repeat(10_000)}`,
    'quotes without end': `a: "${'\\x41'.repeat(200_000)}`,
    'blanks without end': `a:${' '.repeat(2_000_000)}b`,
    'comments without end': '# a\n'.repeat(20_000),
    'documents without end': '---\na\n'.repeat(5_000),
    'more lines than are read': 'a: b\n'.repeat(150_000),
    'lists for all hosts': listsForAll(),
    'many keys': `all: {vars: {${Array.from({ length: 5_000 }, (_, at) => `k${at}: 1`).join(', ')}}}`,
    'one key very often': `all: {vars: {${'a: 1, '.repeat(3_000)}}}`,
    'a large range': hostsOf('n[1:99999999999]'),
    'ranges that multiply': hostsOf('a[1:999]b[1:999]c[1:999]d[1:999]'),
    'a wide range': hostsOf(`n[${'0'.repeat(100_000)}1:${'0'.repeat(100_000)}9]`),
    'many ranges': hostsOf('n[1:2]'.repeat(10_000)),
    'a range of many names': hostsOf(`n[1:50000]${'x'.repeat(100_000)}`),
    'a large number': ofValue('9'.repeat(1_000_000)),
    'a large hexadecimal number': ofValue(`0x${'f'.repeat(1_000_000)}`),
    'a large number of base 60': ofValue(`1${':59'.repeat(300_000)}`),
    'a large float': ofValue(`1.${'0'.repeat(1_000_000)}e+${'9'.repeat(1000)}`),
    'a large timestamp': ofValue(`2024-01-01 00:00:00.${'0'.repeat(1_000_000)}`),
    underscores: ofValue(`1${'_'.repeat(1_000_000)}x`),
    'a large exponent': expression('9 ** 999999999'),
    'a large product': expression(Array.from({ length: 400 }, () => '9'.repeat(2000)).join(' * ')),
    'a large text': expression("'a' * 9999999999"),
    'a large list': expression('[1] * 9999999999'),
    'a list that doubles': expression(`[1]${' | map("string") | list'.repeat(2000)}`),
    'texts that double': doubling(),
    'variables that need one another': 'all: {hosts: {n: }, vars: {a: "{{ b }}", b: "{{ a }}"}}',
    'a deep expression': expression(`${'('.repeat(100_000)}1${')'.repeat(100_000)}`),
    'a deep list': expression(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    'a deep not': expression(`${'not '.repeat(100_000)}1`),
    'a deep minus': expression(`${'-'.repeat(100_000)}1`),
    'a deep power': expression(`${'2 ** '.repeat(100_000)}1`),
    'a deep condition': expression(`${'1 if 1 else '.repeat(50_000)}1`),
    'a long sum': expression(`${'1 + '.repeat(100_000)}1`),
    'a long chain of filters': expression(`a${' | lower'.repeat(100_000)}`),
    'a long chain of attributes': expression(`a${'.b'.repeat(100_000)}`),
    'many expressions': ofValue(JSON.stringify('{{ 1 }}'.repeat(50_000))),
    'braces of expressions': ofValue(JSON.stringify('{{'.repeat(100_000))),
    'a slow regular expression': expression(`'${'a'.repeat(60)}!' | regex_replace('^(a+)+$', 'b')`),
    'a slow regular search': expression(`'${'a'.repeat(60)}!' | regex_search('(a|aa)+$')`),
    'a wide format': expression("'%999999999d' % 1"),
    'a wide indent': expression("'a\\nb' | indent(999999999)"),
    'a wide centre': expression("'a' | center(999999999)"),
    'a long range': expression('range(999999999) | list | join'),
    'a deep JSON': expression(`'${'['.repeat(100_000)}' | from_json`),
    'a deep YAML': expression(`'${'['.repeat(100_000)}' | from_yaml`),
    'laughs in YAML': expression(`'${laughs().replace(/^, /, '[&a0 [x,x], ')}' | from_yaml`),
  };
}

function laughs(): string {
  const row = (index: number) => Array.from({ length: 10 }, () => `*a${index}`).join(', ');
  return Array.from(
    { length: 12 },
    (_, index) => `, a${index + 1}: &a${index + 1} [${row(index)}]`,
  ).join('');
}

function merges(): string {
  return Array.from({ length: 1000 }, (_, index) => {
    const before = `<<: [*m${index}, *m${Math.floor(index / 2)}]`;
    return `, m${index + 1}: &m${index + 1} {${before}, k${index + 1}: 1}`;
  }).join('');
}

/** Each variable is the one before, ten times. */
function doubling(): string {
  const lines = Array.from(
    { length: 12 },
    (_, index) => `    v${index + 1}: "${`{{ v${index} }}`.repeat(10)}"\n`,
  );
  return `all:\n  hosts: {n: }\n  vars:\n    v0: xxxxxxxxxx\n${lines.join('')}`;
}

/** What grows with the square of the number of hosts. */
function listsForAll(): string {
  const [list, other] = ["{{ groups['all'] | list }}", '{{ groups }}'];
  return `all: {hosts: {"n[1:900]": }, vars: {a: "${list}", b: "${other}", ansible_host: "{{ a[0] }}{{ b.all[0] }}"}}`;
}

function hostsOf(name: string): string {
  return `all: {hosts: {"${name}": }}`;
}

function ofValue(text: string): string {
  return `all: {hosts: {n: }, vars: {a: ${text}}}`;
}

function expression(text: string): string {
  return `all: {hosts: {n: {x: ${JSON.stringify(`{{ ${text} }}`)}}}, vars: {a: A}}`;
}
