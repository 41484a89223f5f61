import { expect, test } from 'vitest';
import { complaintOf } from './scope.ts';

function complaintsOf(expressions: readonly string[]) {
  return Object.fromEntries(expressions.map((each) => [each, complaintOf(each)]));
}

test('no expression reaches the runtime, or objects of Python', () => {
  expect(
    complaintsOf([
      "{{ ''.constructor.constructor('return process')() }}",
      '{{ constructor }}',
      '{{ a.__proto__ }}',
      "{{ a['__proto__'] }}",
      "{{ a['constructor'] }}",
      '{{ hostvars.__class__ }}',
      '{{ hostvars.toString }}',
      '{{ self.__init__.__globals__ }}',
      '{{ cycler }}',
      "{{ a | attr('__class__') }}",
      '{{ a.toString }}',
      '{{ a.items }}',
      '{{ [].map }}',
      '{{ l.length }}',
      "{{ l['at'] }}",
      "{{ ''['length'] }}",
      '{{ l is __class__ }}',
      '{{ a is hasOwnProperty }}',
      "{{ a | constructor('x') }}",
      "{{ l | map('valueOf') }}",
      "{{ l | map(attribute='constructor') | list }}",
    ]),
  ).toMatchInlineSnapshot(`
    {
      "{{ ''.constructor.constructor('return process')() }}": "The name constructor is not allowed in an expression. An expression sees the values of variables alone, no objects of Python.",
      "{{ ''['length'] }}": "The key length is not there. It is looked for in a text. Give it, or a default: | default(…).",
      "{{ [].map }}": "The key map is not there. It is looked for in a list. Give it, or a default: | default(…).",
      "{{ a is hasOwnProperty }}": "The test hasOwnProperty is not supported. Write the value out.",
      "{{ a | attr('__class__') }}": "The filter attr is not supported. Write the value out.",
      "{{ a | constructor('x') }}": "The name constructor is not allowed in an expression. An expression sees the values of variables alone, no objects of Python.",
      "{{ a.__proto__ }}": "The name __proto__ is not allowed in an expression. An expression sees the values of variables alone, no objects of Python.",
      "{{ a.items }}": "items is a method of Python, which is not supported. For a key of that name write ['items'].",
      "{{ a.toString }}": "The key toString is not there. It is looked for in a mapping. Give it, or a default: | default(…).",
      "{{ a['__proto__'] }}": "The key __proto__ is not there. It is looked for in a mapping. Give it, or a default: | default(…).",
      "{{ a['constructor'] }}": "The key constructor is not there. It is looked for in a mapping. Give it, or a default: | default(…).",
      "{{ constructor }}": "The name constructor is not allowed in an expression. An expression sees the values of variables alone, no objects of Python.",
      "{{ cycler }}": "The name cycler is not supported in expressions. Write the value out.",
      "{{ hostvars.__class__ }}": "The name __class__ is not allowed in an expression. An expression sees the values of variables alone, no objects of Python.",
      "{{ hostvars.toString }}": "The key toString is not there. It is looked for in a mapping. Give it, or a default: | default(…).",
      "{{ l is __class__ }}": "The name __class__ is not allowed in an expression. An expression sees the values of variables alone, no objects of Python.",
      "{{ l | map('valueOf') }}": "The filter valueOf is not supported. Write the value out.",
      "{{ l | map(attribute='constructor') | list }}": "A key or an item is not there. It is looked for in a number. Give it, or a default: | default(…).",
      "{{ l.length }}": "The key length is not there. It is looked for in a list. Give it, or a default: | default(…).",
      "{{ l['at'] }}": "The key at is not there. It is looked for in a list. Give it, or a default: | default(…).",
      "{{ self.__init__.__globals__ }}": "The name __init__ is not allowed in an expression. An expression sees the values of variables alone, no objects of Python.",
    }
  `);
});

test('keys that mean something to JavaScript are keys like others', () => {
  expect(
    complaintsOf([
      "{{ {'__proto__': {'x': 1}} }}",
      "{{ ({'__proto__': {'x': 1}}).x | default('none') }}",
      '{{ \'{"__proto__": {"x": 1}, "constructor": 2}\' | from_json }}',
      "{{ a | dict2items('__proto__', 'constructor') }}",
      "{{ {'constructor': 2}['constructor'] }}",
    ]),
  ).toMatchInlineSnapshot(`
    {
      "{{ '{"__proto__": {"x": 1}, "constructor": 2}' | from_json }}": "{"__proto__":{"x":1},"constructor":2}",
      "{{ ({'__proto__': {'x': 1}}).x | default('none') }}": ""none"",
      "{{ a | dict2items('__proto__', 'constructor') }}": "[{"__proto__":"b","constructor":1}]",
      "{{ {'__proto__': {'x': 1}} }}": "{"__proto__":{"x":1}}",
      "{{ {'constructor': 2}['constructor'] }}": ""2"",
    }
  `);
});

test('calls, lookups and statements are refused by name', () => {
  expect(
    complaintsOf([
      "{{ lookup('env', 'HOME') }}",
      "{{ lookup('pipe', 'id') }}",
      "{{ lookup('ansible.builtin.file', 'x') }}",
      "{{ query('file', 'x') }}",
      "{{ 'x'.upper() }}",
      '{{ a.items() }}',
      '{{ range(3) }}',
      '{{ now }}',
      '{{ a.b | default(omit) }}',
      '{{ ansible_facts.hostname }}',
      '{{ ansible_default_ipv4.address | default(1) }}',
      '{{ l | random }}',
      "{{ 'x' | password_hash }}",
      '{% if a %}x{% endif %}',
      '{% raw %}{{{% endraw %}',
      '#jinja2: trim_blocks:False\n{{ a }}',
    ]),
  ).toMatchInlineSnapshot(`
    {
      "#jinja2: trim_blocks:False
    {{ a }}": "A #jinja2: header is not supported. Remove the first line.",
      "{% if a %}x{% endif %}": "The statement {% if %} is not supported. Write it as an expression in {{ }}: a filter, or one value if test else another.",
      "{% raw %}{{{% endraw %}": "The statement {% raw %} is not supported. Mark the whole value as !unsafe: braces in it are text then.",
      "{{ 'x' | password_hash }}": "The filter password_hash is not supported. Write the value out.",
      "{{ 'x'.upper() }}": "The call of upper is not supported. Use filters: value | name(arguments). Expressions call nothing else.",
      "{{ a.b | default(omit) }}": "The name omit is not supported in expressions. Write the value out.",
      "{{ a.items() }}": "The call of items is not supported. Use filters: value | name(arguments). Expressions call nothing else.",
      "{{ ansible_default_ipv4.address | default(1) }}": "ansible_default_ipv4 is nothing that an inventory says. Expressions see what the inventory says; write the value out.",
      "{{ ansible_facts.hostname }}": "ansible_facts is nothing that an inventory says. Expressions see what the inventory says; write the value out.",
      "{{ l | random }}": "The filter random is not supported. Write the value out.",
      "{{ lookup('ansible.builtin.file', 'x') }}": "lookup('ansible.builtin.file') is not supported. Write the value out.",
      "{{ lookup('env', 'HOME') }}": "lookup('env') is not supported. Write the whole value as !env NAME.",
      "{{ lookup('pipe', 'id') }}": "lookup('pipe') is not supported. Write the whole value as !cmd COMMAND.",
      "{{ now }}": "The name now is not supported in expressions. Write the value out.",
      "{{ query('file', 'x') }}": "query('file') is not supported. Write the value out.",
      "{{ range(3) }}": "The call of range is not supported. Use filters: value | name(arguments). Expressions call nothing else.",
    }
  `);
});
