/** Desired states of a host, for any playbook. */

export { type StaticPodOptions, staticPod } from '#tasks/containers/static-pod.ts';
export { type AbsentOptions, absent, noEmptyFolder } from '#tasks/files/absent.ts';
export { type CopyTreeOptions, copyTree } from '#tasks/files/copy-tree.ts';
export { type DownloadOptions, download } from '#tasks/files/download.ts';
export type { Edit } from '#tasks/files/edits.ts';
export { type FetchOptions, fetch } from '#tasks/files/fetch.ts';
export { type FileContent, type FileOptions, file } from '#tasks/files/file.ts';
export { type FolderOptions, folder } from '#tasks/files/folder.ts';
export { type InFileOptions, inFile } from '#tasks/files/in-file.ts';
export type { Inside } from '#tasks/files/inside.ts';
export { type LinkOptions, link } from '#tasks/files/link.ts';
export { type UnpackOptions, unpack } from '#tasks/files/unpack.ts';
export { type AuthorizedKeysOptions, authorizedKeys } from '#tasks/system/authorized-keys.ts';
export { type CertificateOptions, certificate } from '#tasks/system/certificate.ts';
export { type CronOptions, cron } from '#tasks/system/cron.ts';
export { type GroupOptions, group } from '#tasks/system/group.ts';
export { noSysctl } from '#tasks/system/no-sysctl.ts';
export { noPackages, type PackagesOptions, packages } from '#tasks/system/packages.ts';
export { repository } from '#tasks/system/repository.ts';
export type { RepositoryOptions } from '#tasks/system/repository-places.ts';
export { type ServiceOptions, service } from '#tasks/system/service.ts';
export { sysctl } from '#tasks/system/sysctl.ts';
export { type UnitOptions, unit } from '#tasks/system/unit.ts';
export { noUser, type UserOptions, user } from '#tasks/system/user.ts';
