using System.Collections.Immutable;
using System.Globalization;

namespace Monogres.Proof.Variations;

/// <summary>
/// All axes along which <c>verify</c> varies a rebuild. This table is what is done and what is documented
/// (<c>docs/reference/variations.md</c>). What the sandbox hides is varied around it, what a build can see inside it.
/// </summary>
public static class AxisTable
{
    /// <summary>The user and group of a rebuild: nobody's.</summary>
    public const int OtherUser = 54321;

    private const long MemoryForStore = 10L << 30;
    private const string Days398 = "34387200", TenYears = "315576000";

    // 2038-02-01: the last second of 32 bits is on 2038-01-19.
    private const long AfterOverflow = 2_148_595_200;

    private const int LongestName = 180;

    /// <summary>The axes, in the order of the reference page.</summary>
    public static ImmutableArray<Axis> All { get; } =
    [
        Around("path", "The directories of the store, the index and the output", "a long name with spaces and umlauts, several levels deep",
            here => here.Store = Path.Combine("a place", "für", new string('d', LongestName), "store")),
        Around("user", "The user, the group and the supplementary groups", "54321 without further groups; when an ordinary user verifies, root of a namespace", here => here.AsOtherUser = true, OtherUserObstacle),
        Around("umask", "The mask for the modes of new files", "077", here => here.Prepare("umask 077")),
        Around("locale", "The locale", "tr_TR.UTF-8, whose upper case of i is not I", here => Set(here, ("LC_ALL", "tr_TR.UTF-8"), ("LANG", "et_EE.UTF-8"))),
        Around("language", "The languages of messages", "fr:ja", here => Set(here, ("LANGUAGE", "fr:ja"))),
        Around("time-zone", "The time zone", "14 hours ahead of UTC", here => Set(here, ("TZ", "GMT-14"))),
        Around("host-name", "The name of the machine", "`elsewhere`", here => NameHost(here, "hostname", "elsewhere")),
        Around("domain-name", "The NIS domain of the machine", "`nowhere.example`", here => NameHost(here, "domainname", "nowhere.example")),
        Around("environment", "Variables that compilers, make, Perl, Python and the loader read", "set to what would spoil a build", Poison),
        Around("home", "The home directory", "one that does not exist", here => Set(here, ("HOME", "/nonexistent/home"), ("XDG_DATA_HOME", null), ("XDG_STATE_HOME", null), ("XDG_CACHE_HOME", null), ("XDG_CONFIG_HOME", null))),
        Around("search-path", "Where programs are searched for", "other directories first", here => Set(here, ("PATH", $"/nonexistent/bin:{here.Directory}/bin:/usr/sbin:/usr/bin:/sbin:/bin"))),
        Around("temporary-directory", "Where temporary files go", "another directory", here => Set(here, ("TMPDIR", $"{here.Directory}/t"), ("TMP", null), ("TEMP", null))),
        Around("terminal", "The terminal", "none, a session of its own, 31 columns", here =>
        {
            here.Wrap("setsid", "--wait");
            Set(here, ("TERM", "dumb"), ("COLUMNS", "31"), ("LINES", "7"), ("NO_COLOR", "1"));
        }),
        Around("processors", "How many processors there are, and how many jobs make starts at once", "one", here => here.Wrap("taskset", "--cpu-list", Number(here.Machine.FirstProcessor)), machine => machine.Processors > 1 ? null : "there is one processor only"),
        Around("memory", "How much memory an action may use", "3 GiB", here => here.AddOptions("--limit", "memory=3G")),
        Around("open-files", "How many files a process may open", "1024", here => here.Wrap("prlimit", "--nofile=1024:1024")),
        Around("stack", "How large the stack of a process may grow", "64 MiB", here => here.Wrap("prlimit", "--stack=67108864:67108864")),
        Around("scheduling", "How the kernel schedules processes", "as batch work", here => here.Wrap("chrt", "--batch", "0")),
        Around("address-layout", "Where the kernel loads programs", "always at the same addresses", here => here.Wrap("setarch", "--addr-no-randomize")),
        Around("kernel-release", "What the kernel calls itself", "2.6", here => here.Wrap("setarch", "--uname-2.6")),
        Around("file-system", "The file system of the store: its order of directory entries, its inodes, its limits", "tmpfs", here => here.StoreInMemory = true, machine => machine.FreeMemory >= MemoryForStore ? null : $"{MemoryForStore >> 30} GiB of free memory are needed, there are {machine.FreeMemory >> 30}"),
        Around("network", "The network", "none, not even a loopback", here =>
        {
            here.AddNamespace("net");
            here.AddOptions("--offline");
        }, machine => machine.FilesToDownload == 0 ? null : $"{machine.FilesToDownload} files must be downloaded"),
        Around("processes", "The other processes, and the numbers of its own", "none, counted from 1", _ => { }),
        Around("cache", "What is known of earlier builds", "nothing: the store is empty", _ => { }) with { Exclusive = "cache" },
        Around("half-cache", "What is known of earlier builds", "every other tree of what it is built from: sources, packages, roots", here => here.HalfCached = true) with { Exclusive = "cache", IsUsual = false },
        Around("order", "The order in which targets are named", "the opposite one", here => here.Reversed = true),
        Inside("clock", "What time it is", "398 days later", here => here.AddInside($"clock=+{Days398}"), NoClock) with { Exclusive = "clock" },
        Inside("clock-past", "What time it is", "ten years earlier", here => here.AddInside($"clock=-{TenYears}"), NoClock) with { Exclusive = "clock", IsUsual = false },
        Inside("clock-overflow", "What time it is", "February 2038, when seconds do not fit into 32 bits any more", here => here.AddInside($"clock=+{Number(AfterOverflow - here.Machine.Now.ToUnixTimeSeconds())}"), NoClock) with { Exclusive = "clock", IsUsual = false },
        Inside("make-order", "The order in which make starts what is independent", "shuffled", here => here.AddInside("make=--shuffle=54321"),
            machine => machine.MakeVersion is not { } version ? "the build root has no make" : AtLeast(version, 4, 4) ? null : $"GNU make 4.4 can shuffle, the build root has {version}"),
        Inside("root-mount", "How the root is mounted", "read-only, with a writable copy of the working directory", here => here.AddInside("root=read-only")) with { IsUsual = false },
        new("runner", AxisPlace.Around, "What runs actions", "a remote engine", here => here.AddOptions("--remote", here.Machine.RemoteEngine!), machine => machine.RemoteEngine is null ? "no engine is named: `--remote URL`" : null),
        new("processor-model", AxisPlace.Inside, "The processor, as its own instruction tells", "another model", null, _ => "it takes another machine, or a remote engine on one"),
    ];

    /// <summary>The axis of a name, or null.</summary>
    public static Axis? Find(string name) => All.FirstOrDefault(axis => string.Equals(axis.Name, name, StringComparison.Ordinal));

    private static Axis Around(string name, string what, string there, Action<Conditions> apply, Func<Machine, string?>? obstacle = null) =>
        new(name, AxisPlace.Around, what, there, apply, obstacle ?? (_ => null));

    private static Axis Inside(string name, string what, string there, Action<Conditions> apply, Func<Machine, string?>? obstacle = null) =>
        new(name, AxisPlace.Inside, what, there, apply, obstacle ?? (_ => null));

    private static string? OtherUserObstacle(Machine machine) => machine.IsRoot && machine.UnreadableByOthers is { } file ? $"another user cannot read {file}" : null;

    private static void NameHost(Conditions here, string what, string name)
    {
        here.AddNamespace("uts");
        here.Prepare($"echo {name} >/proc/sys/kernel/{what}");
    }

    private static void Poison(Conditions here) => Set(here,
        ("CC", "false"), ("CXX", "false"), ("LD", "false"), ("AR", "false"), ("CFLAGS", "-DPOISON -O0 -march=native"), ("CXXFLAGS", "-DPOISON"), ("CPPFLAGS", "-DPOISON"),
        ("LDFLAGS", "-L/nonexistent"), ("LIBS", "-lnonexistent"), ("MAKEFLAGS", "-k"), ("GNUMAKEFLAGS", "-n"), ("MAKEOVERRIDES", "prefix=/nonexistent"),
        ("PERL5LIB", "/nonexistent"), ("PERL5OPT", "-Mnonexistent"), ("PYTHONPATH", "/nonexistent"), ("PYTHONSTARTUP", "/nonexistent"), ("LD_LIBRARY_PATH", "/nonexistent"),
        ("CPATH", "/nonexistent"), ("LIBRARY_PATH", "/nonexistent"), ("PKG_CONFIG_PATH", "/nonexistent"), ("CONFIG_SITE", "/nonexistent"), ("GREP_OPTIONS", "-v"),
        ("TAR_OPTIONS", "--nonexistent"), ("GZIP", "--nonexistent"), ("XZ_OPT", "--nonexistent"), ("ZSTD_CLEVEL", "1"), ("POSIXLY_CORRECT", "1"), ("SOURCE_DATE_EPOCH", "1"),
        ("PERL_HASH_SEED", "7"), ("PYTHONHASHSEED", "7"), ("PG_CONFIG", "/nonexistent"), ("PGDATA", "/nonexistent"), ("PGHOST", "nowhere.example"), ("USER", "poison"),
        ("LOGNAME", "poison"), ("HOSTNAME", "poison"), ("ENV", "/nonexistent"), ("BASH_ENV", "/nonexistent"), ("CDPATH", "/"), ("DPKG_MAINTSCRIPT_NAME", "poison"));

    private static void Set(Conditions here, params (string Name, string? Value)[] variables)
    {
        foreach (var (name, value) in variables)
            here.Set(name, value);
    }

    private static bool AtLeast(string version, int major, int minor) => Version.TryParse(version, out var parsed) && parsed >= new Version(major, minor);

    private static string? NoClock(Machine machine) => machine.CanShiftClock ? null : "the platform has no library that shows programs another time";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
