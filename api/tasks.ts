/** Desired states of a host, for any playbook. */

export { type StaticPodOptions, staticPod } from '#tasks/containers/static-pod.ts';
export { type FileOptions, file } from '#tasks/files/file.ts';
export { type FolderOptions, folder } from '#tasks/files/folder.ts';
export { type LineOptions, line } from '#tasks/files/line.ts';
export { noEmptyFolder, noFile } from '#tasks/files/no-file.ts';
export { noSysctl } from '#tasks/system/no-sysctl.ts';
export { sysctl } from '#tasks/system/sysctl.ts';
