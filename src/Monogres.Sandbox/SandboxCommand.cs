using System.Collections.Immutable;
using System.Text;
using Monogres.Core;

namespace Monogres.Sandbox;

/// <summary>How the command sees its root.</summary>
public enum RootMount
{
    /// <summary>The layers under a writable overlay, mounted inside a user namespace.</summary>
    Overlay,

    /// <summary>The merged root, read-only, with a writable copy of the working directory: for kernels that refuse the overlay.</summary>
    ReadOnly,
}

/// <summary>
/// The command line that makes a sandbox and runs a command in it. Four programs follow each other, each in the place of
/// the one before it or as its only child:
/// <list type="number">
/// <item><c>setpriv</c> binds the life of what follows to ours;</item>
/// <item><c>unshare</c> makes a user, a mount and a process namespace, and a process in it that dies with it;</item>
/// <item><c>dash</c>, the first process there, reports itself, mounts the overlay, and says how far it came;</item>
/// <item><c>bwrap</c> makes the root, the other namespaces and the user of the command, and reports its exit code.</item>
/// </list>
/// Everything happens in the work directory with short relative names, since the options of a mount must fit a page and
/// know no path with <c>,</c> or <c>:</c>.
/// </summary>
public sealed record SandboxCommand
{
    /// <summary>Written to the status file when the namespaces are there.</summary>
    public const string NamespacesMade = "namespaces";

    /// <summary>Written to the status file when the root is mounted.</summary>
    public const string RootMounted = "root";

    // Where index/platforms/shims/fixed-machine.c looks.
    private const string ClockPlace = "/run/monogres-clock";

    // bwrap reports the namespaces of its child, which is process 2 here, and fails where /proc has no such process: in a process
    // namespace other than the machine's own, whose process 2 is the kernel's. There it gets a /proc of its own, if the kernel lets it.
    // Words: work directory, name of the root in it, overlay options or nothing, program, "mount" words, ".", "bwrap" words.
    private const string Script = """
        read -r self name state parent rest </proc/self/stat && echo "$self $parent" >&3 && read -r go <&3 || exit 125
        exec 3>&-
        umask 022
        cd "$1" || exit 125
        exec 7>status
        echo namespaces >&7
        root=$2 options=$3 program=$4
        shift 4
        { read -r second </proc/2/comm; } 2>/dev/null || second=
        if [ "$second" != kthreadd ]; then
            "$1" "$2" "$3" "$4" -n -t proc proc /proc 2>/dev/null || :
        fi
        if [ -n "$options" ]; then
            "$1" "$2" "$3" "$4" -n -i -t overlay -o "$options" overlay merged || exit 125
        fi
        shift 4
        echo root >&7
        if ! [ -x "$root$program" ]; then
            echo "$program: no such program in the sandbox" >&2
            echo '{ "exit-code": 127 }' >&7
            exit 127
        fi
        exec "$@"
        """;

    /// <summary>The programs of the sandbox itself.</summary>
    public required SandboxPrograms Programs { get; init; }

    /// <summary>Where <c>merged</c>, <c>upper</c>, <c>work</c> and the links <c>0</c>, <c>1</c>… to the layers are; absolute.</summary>
    public required string WorkDirectory { get; init; }

    /// <summary>How the root is mounted.</summary>
    public required RootMount Mount { get; init; }

    /// <summary>How many layers there are; the last one is <c>0</c>, because an overlay names the uppermost first.</summary>
    public required int LayerCount { get; init; }

    /// <summary>The program (absolute path) and its arguments.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>The whole environment of the command.</summary>
    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    /// <summary>Where the command starts, below <c>/</c>.</summary>
    public required RelativePath Directory { get; init; }

    /// <summary>The user and group of the command.</summary>
    public required int UserId { get; init; }

    /// <summary>The host name of the command.</summary>
    public required string HostName { get; init; }

    /// <summary>Whether the command uses the network of this machine.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>The files of <c>/proc</c> that are replaced by those in <c>machine/</c> of the work directory (<see cref="FixedMachine"/>).</summary>
    public ImmutableArray<string> MachineFiles { get; init; } = [];

    /// <summary>A file of the work directory that says by how many seconds the clock is ahead, for the library that is preloaded into programs; null: it is not.</summary>
    public string? ClockFile { get; init; }

    /// <summary>How much <c>/tmp</c>, <c>/run</c> and <c>/dev/shm</c> may hold, in bytes each; null: as much as the kernel gives, half of the memory.</summary>
    public long? TemporarySize { get; init; }

    /// <summary>Whether the command keeps the terminal that we have.</summary>
    public bool Interactive { get; init; }

    /// <summary>Directories of this machine that the command may write to.</summary>
    public ImmutableArray<HostDirectory> HostDirectories { get; init; } = [];

    /// <summary>The words, from the program on.</summary>
    public ImmutableArray<string> ToArguments() =>
    [
        .. Programs.Start("setpriv"), "--pdeathsig", "KILL",
        .. Programs.Start("unshare"), "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child",
        .. Programs.Start("dash"), "-c", Script, "sandbox",
        WorkDirectory, Mount == RootMount.Overlay ? "merged" : "0", Mount == RootMount.Overlay ? OverlayOptions() : "", Arguments[0],
        .. Programs.Start("mount"),
        .. Programs.Start("bwrap"), .. BubblewrapArguments(),
        "--", .. Arguments,
    ];

    // Nothing of an overlay outlives its action, so nothing need reach the disk (volatile).
    private string OverlayOptions()
    {
        var options = new StringBuilder("lowerdir=").AppendJoin(':', Enumerable.Range(0, LayerCount));
        return options.Append(",upperdir=upper,workdir=work,userxattr,volatile").ToString();
    }

    private List<string> BubblewrapArguments()
    {
        // A command that could make namespaces of its own could hide what it writes, and reach more of the kernel.
        List<string> words = ["--unshare-all", "--unshare-user", "--disable-userns"];
        if (HostNetwork)
            words.Add("--share-net");
        words.Add("--die-with-parent");
        if (!Interactive)
            words.Add("--new-session");
        words.AddRange(["--json-status-fd", "7", "--hostname", HostName, "--uid", $"{UserId}", "--gid", $"{UserId}"]);
        words.AddRange(Mount == RootMount.Overlay
            ? ["--bind", "merged", "/"]
            : ["--ro-bind", "0", "/", "--bind", "directory", $"/{Directory}"]);
        words.AddRange(["--proc", "/proc"]);
        foreach (var file in MachineFiles)
            words.AddRange(["--ro-bind", $"machine/{FixedMachine.NameOf(file)}", $"/proc/{file}"]);
        words.AddRange(["--dev", "/dev"]);
        string[] size = TemporarySize is { } bytes ? ["--size", $"{bytes}"] : [];
        words.AddRange(["--perms", "1777", .. size, "--tmpfs", "/dev/shm", "--perms", "1777", .. size, "--tmpfs", "/tmp", .. size, "--tmpfs", "/run"]);
        if (ClockFile is { } clock)
            words.AddRange(["--ro-bind", clock, ClockPlace]);
        foreach (var directory in HostDirectories)
            words.AddRange(["--bind", directory.Host, $"/{directory.Inside}"]);
        words.Add("--clearenv");
        foreach (var (name, value) in Environment)
            words.AddRange(["--setenv", name, value]);
        words.AddRange(["--chdir", $"/{Directory}"]);
        return words;
    }
}

/// <summary>A directory of this machine inside a sandbox, writable.</summary>
/// <param name="Host">Where it is here; absolute.</param>
/// <param name="Inside">Where the command sees it, below <c>/</c>.</param>
public sealed record HostDirectory(string Host, RelativePath Inside);
