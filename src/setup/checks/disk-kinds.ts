/** File systems of another machine: their locks and syncs are not to be relied on (sqlite.org/useovernet.html). */
export const OTHER_MACHINES =
  /^(?:nfs\d?|cifs|smb\w*|ncpfs|afs|9p|virtiofs|ceph|lustre|glusterfs|gpfs|beegfs|davfs2?|fuse\.(?:sshfs|s3fs|rclone|glusterfs|davfs2?|cephfs|ossfs|cosfs)|vboxsf|prl_fs)$/u;

/** File systems whose content ends with a restart or a container. */
export const PASSING = /^(?:tmpfs|ramfs|overlay|overlayfs|aufs)$/u;

/** The type of the file system on which a folder is, by what `/proc/self/mountinfo` says (proc_pid_mountinfo(5)). */
export function mountOf(mountinfo: string, folder: string): string {
  let found = { point: '', type: 'an unknown file system' };
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const point = unescape(before.split(' ')[4] ?? '');
    const [type = ''] = after.split(' ');
    if (point === '' || type === '') continue;
    const isAbove = folder === point || folder.startsWith(point.endsWith('/') ? point : `${point}/`);
    // Of several on the same point the last one covers the others.
    if (isAbove && point.length >= found.point.length) found = { point, type };
  }
  return found.type;
}

/** Blanks and the like are written in octal. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/gu, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
