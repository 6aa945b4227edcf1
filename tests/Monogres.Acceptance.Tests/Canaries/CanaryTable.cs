using System.Collections.Immutable;

namespace Monogres.Acceptance.Tests.Canaries;

/// <summary>One canary for each source of difference that a build can meet. <c>docs/reference/canaries.md</c> is made from it.</summary>
internal static class CanaryTable
{
    private const string Source = "echo $SOURCE_DATE_EPOCH";
    private const string Files = "mkdir d; for i in 5 2 9 1 8 3 7; do : >d/$i; done; rm d/1; : >d/4\n";

    /// <summary>All of them.</summary>
    public static ImmutableArray<Canary> All { get; } =
    [
        // Time.
        Impossible("date", "`date` shows the source date", "date", "date -u -d @0"),
        Impossible("date-yesterday", "`date` shows the source date", "date -d yesterday +%s", "date -u -d '1970-01-02 yesterday' +%s"),
        Refused("compiler-date", "`__DATE__` is an error of the compiler", C("puts(__DATE__);"), C("puts(\"DATE\");")),
        Refused("compiler-time", "`__TIME__` is an error of the compiler", C("puts(__TIME__);"), C("puts(\"TIME\");")),
        Refused("compiler-timestamp", "`__TIMESTAMP__` is an error of the compiler", C("puts(__TIMESTAMP__);"), C("puts(\"TIMESTAMP\");")),
        Refused("today", "today's date in a file refuses the output", "perl -MPOSIX -e 'print strftime(\"%Y-%m-%d\", gmtime)'", "perl -MPOSIX -e 'print strftime(\"%Y-%m-%d\", gmtime $ENV{SOURCE_DATE_EPOCH})'"),
        Caught("seconds", "clock", "perl -e 'print time'", Source),
        Caught("year", "clock", C("time_t now = time(0); printf(\"%d\\n\", gmtime(&now)->tm_year);"), C("time_t then = 0; printf(\"%d\\n\", gmtime(&then)->tm_year);")),
        Caught("duration", "clock", C("struct timespec a; clock_gettime(CLOCK_MONOTONIC, &a); printf(\"%ld.%ld\\n\", (long)a.tv_sec, a.tv_nsec);"), "echo 0.1"),
        Caught("time-of-new-file", "clock", "touch new; stat -c %Y new", "touch -d @7 new; stat -c %Y new"),
        Impossible("gzip-time", "to `gzip` no file is newer than the source date", "echo a >f; gzip -c f | cksum", "echo a >f; gzip -nc f | cksum"),
        Impossible("tar-time", "to `tar` no file is newer than the source date", "echo a >f; tar cf - f | cksum", "echo a >f; tar cf - --mtime=@0 f | cksum"),
        Impossible("time-zone", "`TZ=UTC`", "date +%Z; perl -MPOSIX -e 'print strftime(\"%H %Z\", localtime 0)'", "echo UTC"),

        // The machine.
        Impossible("host-name", "always `build`", "hostname; cat /proc/sys/kernel/hostname; uname -n", "echo host"),
        Impossible("kernel-release", "`uname` has no release, and neither has /proc", "uname -rv; cat /proc/version /proc/sys/kernel/osrelease", "uname -s"),
        Impossible("processors", "there is one", "nproc; getconf _NPROCESSORS_ONLN; grep -c ^processor /proc/cpuinfo", "echo 1"),
        Caught("jobs", "processors", "printf 'all:\\n\\t@echo $(MAKEFLAGS)\\n' >m; make -s -f m -j$1", "printf 'all:\\n\\t@echo jobs\\n' >m; make -s -f m -j$1"),
        Impossible("processor", "/proc/cpuinfo is that of the baseline", "cat /proc/cpuinfo", "uname -m"),
        Refused("native-processor", "`-march=native` is an error of the compiler", "gcc -march=native -dM -E - </dev/null", "gcc -march=x86-64 -dM -E - </dev/null"),
        Impossible("memory", "8 GiB", "cat /proc/meminfo; getconf _PHYS_PAGES", "getconf PAGESIZE"),
        Impossible("uptime", "files in /proc are fixed", "cat /proc/uptime /proc/loadavg", "echo 0"),
        Caught("affinity", "processors", "grep Cpus_allowed: /proc/self/status", "grep CapBnd: /proc/self/status"),
        Caught("file-system", "file-system", "df -k / | cksum", "echo fs"),

        // The user.
        Impossible("user", "always 1000", "id; whoami 2>&1", "echo 1000"),
        Impossible("directory", "always /build", "pwd", "basename $(pwd)"),
        Impossible("debug-directory", "always /build", "echo 'int x;' >x.c; gcc -g -c x.c; cksum <x.o", "echo 'int x;' >x.c; gcc -c x.c; cksum <x.o"),
        Impossible("umask", "always 022", "umask; mkdir u; stat -c %a u", "umask 027; mkdir u; stat -c %a u"),
        Impossible("environment", "exactly the variables of the action", "env | LC_ALL=C sort", "env -i A=1 env"),
        Impossible("locale", "`LC_ALL=C.UTF-8`", "printf '%s\\n' i I ı b B a | sort; printf '%.1f\\n' 1", "printf '%s\\n' i I ı b B a | LC_ALL=C sort"),
        Impossible("terminal", "there is none", "stty size 2>&1 || :; tty 2>&1 || :; echo ${COLUMNS:-none}", "echo 80"),
        Impossible("parent-repository", "there is no git, and no repository above", "git describe --always 2>&1 || ls -a / | grep git || echo none", "echo v1.0"),
        Impossible("network", "there is none", "cut -d: -f1 /proc/net/dev | sort; getent hosts debian.org 2>&1 || :; cat /etc/resolv.conf 2>&1 || :", "getent hosts localhost 2>&1 || echo none"),

        // Orders.
        Impossible("listing", "`readdir` gives entries sorted", Files + "ls -U d; find d", Files + "ls d"),
        Impossible("archive-order", "`readdir` gives entries sorted", Files + "tar cf - d | tar tf -", Files + "tar cf - --sort=name d | tar tf -"),
        Impossible("perl-hash", "`PERL_HASH_SEED=0`", "perl -e '%h = map { $_ => 1 } 1 .. 50; print join(\" \", keys %h)'", "perl -e '%h = map { $_ => 1 } 1 .. 50; print join(\" \", sort keys %h)'"),
        Impossible("python-set", "`PYTHONHASHSEED=0`", "python3 -c 'print({str(i) for i in range(50)})'", "python3 -c 'print(sorted({str(i) for i in range(50)}))'"),
        Caught("inode-order", "file-system", Files + "ls -i d | sort -n | tr -s ' ' | cut -d' ' -f3; ls -i d | cut -d' ' -f1 | cksum", Files + "ls -i d | wc -l"),
        Caught("race-for-a-file", "every run", "( while [ ! -e stop ]; do echo a; done >f ) & sleep 0.1; : >stop; wait; cksum <f", "( echo a >f ) & wait; cksum <f"),
        Caught("race", "every run", "sleep 0.1 & i=0; while kill -0 $! 2>/dev/null; do i=$((i+1)); done; echo $i", "sleep 0.1 & wait; echo done"),

        // Chance.
        Caught("random", "every run", "head -c 16 /dev/urandom | cksum", "head -c 16 /dev/zero | cksum"),
        Caught("temporary-name", "every run", "mktemp", "mktemp >/dev/null; echo temporary"),
        Caught("temporary-name-in-object", "every run", "d=$(mktemp -d); echo 'const char *f(void) { return __FILE__; }' >$d/x.c; gcc -c -o x.o $d/x.c; cksum <x.o", "echo 'const char *f(void) { return __FILE__; }' >x.c; gcc -c x.c; cksum <x.o"),
        Caught("address", "every run", C("int x; printf(\"%p %p\\n\", (void *)&x, (void *)main);"), C("int x; printf(\"%d\\n\", (char *)&x - (char *)&x == 0);")),
        Caught("uninitialised", "every run",
            C("void f(void) { void *volatile a[32]; for (int i = 0; i < 32; i++) a[i] = (void *)&a[i]; } void g(void) { volatile char b[256]; fwrite((void *)b, 1, sizeof b, stdout); } f(); g();"),
            C("void g(void) { volatile char b[256] = {0}; fwrite((void *)b, 1, sizeof b, stdout); } g();")),
        Caught("inode", "file-system", "stat -c %i canary.sh", "stat -c %s ../canary.sh"),
        Refused("mounts", "the store's directory in a file refuses the output", "cat /proc/self/mountinfo", "grep -c ' / ' /proc/self/mountinfo >/dev/null; echo mounted"),
    ];

    /// <summary>A script that does what every twin does, each in a directory of its own.</summary>
    public static string Twins => string.Concat(All.Select(canary => $"echo '== {canary.Name}'\nmkdir twin-{canary.Name}\n( cd twin-{canary.Name}\n{canary.Twin}\n)\n"));

    private static Canary Impossible(string name, string by, string script, string twin) => new(name, CanaryEnd.Impossible, by, script, twin);

    private static Canary Refused(string name, string by, string script, string twin) => new(name, CanaryEnd.Refused, by, script, twin);

    private static Canary Caught(string name, string by, string script, string twin) => new(name, CanaryEnd.Caught, by, script, twin);

    // A program whose output is installed.
    private static string C(string statements) => $$"""
        cat >c.c <<'END'
        #include <stdio.h>
        #include <time.h>
        int main(void) { {{statements}} return 0; }
        END
        gcc -o c c.c
        ./c
        """;
}
