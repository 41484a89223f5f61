import { expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import { firewall } from '#tasks/system/firewall.ts';
import { hostname } from '#tasks/system/hostname.ts';
import { hostsEntry } from '#tasks/system/hosts-entry.ts';
import { kernelModule } from '#tasks/system/kernel-module.ts';
import { mount } from '#tasks/system/mount.ts';
import { sysctl } from '#tasks/system/sysctl.ts';
import { timezone } from '#tasks/system/timezone.ts';
import { container } from '#tasks/work/container.ts';
import { git } from '#tasks/work/git.ts';
import { type RunOptions, run } from '#tasks/work/run.ts';
import { type WaitForOptions, waitFor } from '#tasks/work/wait-for.ts';

function outputOf(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return `${error.where}\n${error.output}`;
    throw error;
  }
}

test('what is wrong with the options of a task is said when it is made, all at once', () => {
  const wrong = [
    () => firewall('tcp dport 22 accept'),
    () => hostname('-a.example'),
    () => hostsEntry({ address: '10.0.0.256', names: ['a b'] }),
    () => kernelModule({ name: '../x', options: { a: 'b c' } }),
    () => mount({ path: 'srv/', source: '-t', type: 'a b', options: ['a,b'] }),
    () => sysctl('net..ipv4', '1\n2'),
    () => timezone('../../etc/passwd'),
    () => container({ name: '-a', image: '', ports: ['a b'], mounts: ['x'], env: { 'A B': '' } }),
    () => git({ repository: '--upload-pack=x', path: 'opt', ref: '-f' }),
    () => run({ title: 'x', user: 'a b', env: { 'a-b': '' } } as unknown as RunOptions),
    () => run({ title: 'y', argv: [], unless: 'a', creates: '/b' } as unknown as RunOptions),
    () => waitFor({ port: 80, path: '/a', within: 0 } as WaitForOptions),
    () => waitFor({ port: 65_536 }),
    () => waitFor({ url: 'ftp://a' }),
  ].map(outputOf);
  expect(wrong.join('\n\n')).toMatchInlineSnapshot(`
    "firewall
    chains must be what is in a table of nft(8), with a chain in it

    hostname -a.example
    name must be letters, digits and hyphens, with dots between such words, 64 characters at most

    hostsEntry 10.0.0.256
    address must be an IPv4 or IPv6 address
    names must be names of hosts, one at least

    kernelModule ../x
    name must be the name of a module, such as br_netfilter
    options must be words without blanks and quotes, by names

    mount srv/
    path must be an absolute path on one line, without //, /./ and /../, that ends in a name
    source must be one word: what is mounted there
    type must be a type of file systems, such as ext4, or none for a bind mount
    options must be words without commas, one at least

    sysctl net..ipv4
    name must be the name of a kernel parameter, such as net.ipv4.ip_forward
    value must be words with one space between them

    timezone ../../etc/passwd
    zone must be the name of a zone, such as Europe/Paris

    container -a
    name must be letters, digits, and _.- behind the first
    image must be the name of an image
    ports must be such as 8080:80
    mounts must be such as /srv/www:/www:ro
    env must be by names of variables

    git opt
    repository must be a URL, or a path on the host
    path must be an absolute path on one line, without //, /./ and /../, that ends in a name
    ref must be a branch, a tag or a commit of 40 digits

    run x
    script or argv must be given, one of them: what is to be run
    unless or creates must be given, one of them: when there is nothing to do
    env must be by names of variables
    user must be the name of a user

    run y
    argv must be a list of 1 at least
    unless or creates must be given, one of them: when there is nothing to do

    wait for port 80 path /a
    port, url, path or command must be given, one of them: what is waited for
    within must be seconds, 1700 at most

    wait for port 65536
    port must be a number from 1 to 65535

    wait for url ftp://a
    url must be a URL of http or https"
  `);
});

test.for([
  () => hostname('node1.example.org'),
  () => sysctl('net.ipv4.conf.eth0/100.rp_filter', '1 2'),
  () => timezone('America/Argentina/Buenos_Aires'),
  () => timezone('Etc/GMT+1'),
  () => mount({ path: '/a b', source: 'UUID=1-2', type: 'fuse.sshfs', options: ['x-a.b=c'] }),
  () => container({ name: 'a', image: 'a/b:c@sha256:d', ports: ['[::1]:53:53/udp', '80'] }),
  () => git({ repository: 'git@host:a/b.git', path: '/a', ref: 'feature/a-b' }),
  () => waitFor({ url: 'https://a/b?c=d', within: 1.5 }),
])('options that are well make a task: %s', (make) => {
  expect(outputOf(make)).toBeUndefined();
});
