/** Desired states of a host, for any playbook. */
export { type FileOptions, file } from '#tasks/file.ts';
export { type FolderOptions, folder } from '#tasks/folder.ts';
export { type LineOptions, line } from '#tasks/line.ts';
export { noEmptyFolder, noFile } from '#tasks/no-file.ts';
export { noSysctl } from '#tasks/no-sysctl.ts';
export { type StaticPodOptions, staticPod } from '#tasks/static-pod.ts';
export { sysctl } from '#tasks/sysctl.ts';
