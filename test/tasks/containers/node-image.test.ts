import { expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import { nodeImage } from '#tasks/containers/node-image.ts';

const SOURCE = {
  repository: '/srv/keepalived',
  ref: '0123456789abcdef',
  name: 'ocp/keepalived',
  registry: '192.0.2.1:5000',
  certificates: undefined,
};

/** What is planned for an image that is not built yet, by what the host has answered. */
function planned(stdout: string) {
  const task = nodeImage({ source: SOURCE, image: undefined, runtime: undefined });
  const answers = task.reads.map((read) => {
    const output = { status: 0, bytes: Buffer.from(stdout), stdout, stderr: '' };
    return [read.key, { ...output, fact: read.parse(output) }] as const;
  });
  return task.plan(new Answers(new Map(answers)));
}

test('a runtime that does not answer is said before there is an image to ask it for', () => {
  const what = (stdout: string) => {
    try {
      return planned(stdout).commands;
    } catch (error) {
      if (error instanceof Failure) return [error.message, error.ran, error.output];
      throw error;
    }
  };
  expect(what('absent\n')).toEqual([]);
  expect(what('silent crio\nnobody listens on /run/crio/crio.sock\n')).toEqual([
    'The container runtime of the host does not answer',
    'crio',
    'nobody listens on /run/crio/crio.sock',
  ]);
  expect(what('none podman\n')[0]).toBe('The host has no program to hold the image with');
});
