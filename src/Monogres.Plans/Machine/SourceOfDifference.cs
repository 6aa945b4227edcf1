using System.Collections.Immutable;

namespace Monogres.Plans.Machine;

/// <summary>What is done about a source of difference between builds.</summary>
public enum Treatment
{
    /// <summary>A program that asks gets the same answer everywhere.</summary>
    Hidden,

    /// <summary>A program can see it; a result that holds it is refused or reported.</summary>
    Detected,

    /// <summary>A program can see it, and nothing recognises it in a result: only a second build under other conditions shows it.</summary>
    Varied,
}

/// <summary>
/// Something that differs between machines, users or days, and that a build could let into its result. This table is what the
/// documentation is made from (<c>docs/reference/sources-of-difference.md</c>); a test runs every probe under different conditions.
/// </summary>
/// <param name="Name">What differs.</param>
/// <param name="Treatment">What is done about it.</param>
/// <param name="By">How, and what escapes it.</param>
/// <param name="Probe">A shell command that prints what a build sees of it; null where no command can.</param>
public sealed record SourceOfDifference(string Name, Treatment Treatment, string By, string? Probe)
{
    /// <summary>All of them, the hidden ones first.</summary>
    public static ImmutableArray<SourceOfDifference> All { get; } =
    [
        Hidden("Directory", "A build runs in `/build`, whatever the store is called; the prefix is `/usr/lib/postgresql/<major>`.", "pwd"),
        Hidden("User and group", "Always 1000 and 1000.", "id -u; id -g"),
        Hidden("Host name", "Always `build`.", "hostname; cat /proc/sys/kernel/hostname"),
        Hidden("Environment, locale, time zone", "Exactly the variables of the action; `LC_ALL=C.UTF-8`, `TZ=UTC`.", "env | grep -v -e ^PS1= -e ^_= | sort"),
        Hidden("Umask", "022.", "umask"),
        Hidden("Tools and libraries", "Only those of the root, which is composed of packages by digest.", "ls /usr/bin | cksum"),
        Hidden("Network", "None but a loopback.", "cut -d: -f1 /proc/net/dev | sort"),
        Hidden("Other processes, terminal, open files", "None.", "ls /proc/self/fd"),
        Hidden("Owner, time and mode of inputs", "Owned by the build; 2011-11-11 11:11:11 UTC; sources 0644 or 0755.", "stat -c '%n %a %u %g %Y' /build/run.sh"),
        Hidden("Order of directory entries", "`readdir` gives them sorted by name, by a library that is preloaded into every program. Static programs, system calls made directly, and the C library's own `nftw` and `fts` escape.", "mkdir order; cd order; for i in 5 2 9 1 8 3 7; do : >$i; done; rm 1; : >4; ls -U; find ."),
        Hidden("Number of processors", "One: `/proc`, `sysconf`, `sched_getaffinity`, `nproc`, `getconf`. `make -j` gets the real number in another way.", "nproc; getconf _NPROCESSORS_ONLN; grep -c ^processor /proc/cpuinfo; grep -c ^cpu /proc/stat"),
        Hidden("Processor in `/proc`", "The baseline of the architecture. `/sys` is absent.", "cat /proc/cpuinfo; ls -d /sys 2>&1; getconf LEVEL1_DCACHE_LINESIZE"),
        Hidden("Memory", "8 GiB: `/proc/meminfo`, `sysconf`, `sysinfo`.", "cat /proc/meminfo; getconf _PHYS_PAGES"),
        Hidden("Kernel", "`uname` has no release, and neither have the files of `/proc`.", "uname -a; cat /proc/version /proc/sys/kernel/osrelease"),
        Hidden("Uptime, load, boot", "Fixed files in `/proc`.", "cat /proc/uptime /proc/loadavg /proc/sys/kernel/random/boot_id"),
        Hidden("Date of `date`", "`date` shows the source date, also for relative dates.", "date; date -d yesterday"),
        Hidden("Times in archives", "`tar`, `gzip`, `zip` and `cpio` see no file as newer than the source date.", "echo a >times; tar cf - times | cksum; gzip -c times | cksum"),
        Hidden("Hash seeds", "`PERL_HASH_SEED=0`, `PYTHONHASHSEED=0`.", "perl -e '%h = map { $_ => 1 } 1 .. 50; print join(\" \", keys %h), \"\\n\"'"),

        Detected("Compiler's date and time", "`__DATE__` and `__TIME__` are errors of the compiler."),
        Detected("Compiler's choice of processor", "`-march=native` and similar flags are errors of the compiler; the check `native-cpu` finds others in the log."),
        Detected("Clock of other programs", "Today's date in a file refuses the output; the check `generated-date` reports other dates, `archive-times` the time of the build in archives."),
        Detected("Names of the machine", "Host name, user name, kernel release and the store's directory in a file refuse the output."),
        Detected("Files written elsewhere", "A file written outside the output and the working directory refuses the output (with an overlay)."),

        Varied("Processor by instruction", "`cpuid` tells the real processor."),
        Varied("Clock of other programs, in other forms", "Seconds since 1970, durations, time stamps of files that the build made."),
        Varied("Numbers of processes and inodes, addresses", "They differ with every run."),
        Varied("What `/proc` says of a process", "The processors that it may use, its mounts, its memory: `/proc/self`."),
        Varied("File system", "Its type and its limits: `statfs`, the longest name."),
        Varied("Order of jobs", "`make -j` starts independent jobs in any order."),
        Varied("Random numbers", "`/dev/urandom`, `getrandom`, `mktemp`."),
    ];

    private static SourceOfDifference Hidden(string name, string by, string probe) => new(name, Treatment.Hidden, by, probe);

    private static SourceOfDifference Detected(string name, string by) => new(name, Treatment.Detected, by, Probe: null);

    private static SourceOfDifference Varied(string name, string by) => new(name, Treatment.Varied, by, Probe: null);
}
