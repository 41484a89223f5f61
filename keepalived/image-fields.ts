import { z } from 'zod';

// A leading dash would be an option to git, and `::` names one of git's helper programs.
const REPOSITORY = /^(?!.*::)[A-Za-z0-9/.][A-Za-z0-9@:/._~+-]*$/;
const REF = /^(?!.*(\.\.|\/\/|@\{))[A-Za-z0-9][A-Za-z0-9/._+-]*$/;
const REGISTRY = /^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(:\d{1,5})?$/;
const NAME = /^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/;

/** Where the image comes from and goes to: what is built and pushed. */
export const imageFields = {
  image_repository: z
    .string('not a git repository: expected a URL such as https://git.example/ocp/keepalived.git')
    .regex(REPOSITORY, {
      error:
        'not a git repository: expected a URL such as https://git.example/ocp/keepalived.git, or a path',
    })
    .optional()
    .describe('The git repository that the image is built from.'),
  image_build_host: z
    .string('not the name of a host: expected text')
    .min(1, 'not the name of a host: expected text')
    .optional()
    .describe(
      'A host of the inventory, of any group, to build the image on, with git, make, podman and curl.',
    ),
  image_ref: z
    .string('not a git ref: expected a branch, tag or commit, in quotes')
    .regex(REF, { error: 'not a git ref: expected a branch, tag or commit' })
    .default('main')
    .describe('The branch, tag or commit that is built.'),
  image_name: z
    .string('not the name of an image: expected text such as ocp/keepalived')
    .regex(NAME, { error: 'not the name of an image: expected lower case, such as ocp/keepalived' })
    .default('ocp/keepalived')
    .describe('The name of the image, without the registry and the tag.'),
  image_registry: z
    .string('not a registry: expected a host such as registry.example:5000')
    .regex(REGISTRY, { error: ({ input }) => whyNoRegistry(String(input)) })
    .optional()
    .describe('Where the image is pushed to and pulled from. Left out: it is copied to each node.'),
  image_registry_certs: z
    .string('not a folder: expected a path where the image is built')
    .regex(/^[^\s-][^\n\r\0]*$/, {
      error: 'not a folder: expected a path where the image is built',
    })
    .optional()
    .describe('A folder with the registry’s certificates, where the image is built.'),
};

function whyNoRegistry(text: string): string {
  const expected = 'not a registry: expected a host such as registry.example:5000';
  const [, host, path] = /^(?:[a-z]+:\/\/)?([^/]*)\/*(.*?)\/*$/.exec(text) ?? [];
  if (!text.includes('/') || host === undefined || !REGISTRY.test(host)) return expected;
  const below = path === '' ? '' : `; the path goes into image_name, such as ${path}/keepalived`;
  return `not a registry, but something around one: expected ${host}${below}`;
}

const REFERENCE = /^[A-Za-z0-9[][A-Za-z0-9[\]._:/-]*(@sha256:[0-9a-f]{64})?$/;

/** Whether a manifest can name the image so: no space, and nothing that YAML reads as syntax. */
export function isImageReference(text: string): boolean {
  return REFERENCE.test(text) && /[/:@]/.test(text) && !text.endsWith(':');
}
