using System.Runtime.InteropServices;
using Monogres.Sandbox;
using Monogres.Sandbox.Roots;

namespace Monogres.Acceptance.Tests.Clients;

/// <summary>
/// Programs of pinned Debian packages, run in a root of their own that shows no file of this machine except the directories that
/// a test names. They are root there, use this machine's network (so its loopback), and can write to those directories, to
/// <c>/tmp</c>, <c>/run</c> and <c>/var</c>. As an ordinary user, a namespace makes them root in which no other user exists.
/// <code>
/// await using var clients = await ClientPrograms.OfAsync("skopeo", "umoci");
/// (await clients.RunAsync(directory, "skopeo", "copy", $"oci:{directory}/image", $"docker://127.0.0.1:{port}/image")).Succeeded();
/// </code>
/// What maintainer scripts would have made is missing: links of alternatives can be given to <see cref="WithLinksAsync"/>.
/// </summary>
internal sealed class ClientPrograms : IAsyncDisposable
{
    /// <summary>The ordinary user of <see cref="StartAsUser"/>.</summary>
    public const int User = 1000;

    private readonly ClientPackages _packages;
    private readonly RootLease _root, _sandbox;

    private ClientPrograms(ClientPackages packages, RootLease root, RootLease sandbox) => (_packages, _root, _sandbox) = (packages, root, sandbox);

    /// <summary>A root with these packages, all that they depend on, and a shell.</summary>
    public static Task<ClientPrograms> OfAsync(params string[] packages) => WithLinksAsync([], packages);

    /// <summary>A root with these packages, all that they depend on, a shell, and links.</summary>
    /// <param name="links">Path and target, from the root; one whose target is not in the root is left out.</param>
    /// <param name="packages">Names of packages that the lock has.</param>
    public static async Task<ClientPrograms> WithLinksAsync((string Path, string Target)[] links, params string[] packages)
    {
        var source = await ClientPackages.OpenAsync();
        var root = await source.RootAsync([.. packages, "dash", "coreutils", "libc-bin"], links);
        return new ClientPrograms(source, root, await source.RootAsync(SandboxPrograms.Packages));
    }

    /// <summary>The words that start a program of this root; for a server, give them to a process of your own and end it.</summary>
    /// <param name="directories">Directories of this machine that it sees at the same path and may write to; the first is where it starts, and its home.</param>
    /// <param name="command">The program and its arguments.</param>
    public string[] Start(string[] directories, params string[] command) => [.. Bubblewrap(_sandbox.Path), "--unshare-pid", .. Words(directories), "--", .. command];

    /// <summary>
    /// The words that start a program as an ordinary user, 1000, who can make namespaces of its own: root becomes that user, another
    /// one is that user in a namespace. The package <c>util-linux</c> is needed.
    /// </summary>
    /// <param name="directories">As for <see cref="Start"/>; they must belong to that user.</param>
    /// <param name="command">The program and its arguments.</param>
    public string[] StartAsUser(string[] directories, params string[] command) => Environment.IsPrivilegedProcess
        // A /proc that root has mounted has parts that bubblewrap covers, and the kernel lets nobody mount another beneath such a one:
        // it is this machine's, and so are the processes.
        ? [.. Bubblewrap(_sandbox.Path), .. Words(directories), "--bind", "/proc", "/proc", "--", "setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups", .. command]
        : [.. Bubblewrap(_sandbox.Path, User), "--unshare-pid", .. Words(directories), "--", .. command];

    /// <summary>Where the pinned bubblewrap is, for <see cref="Bubblewrap(string)"/>.</summary>
    public string Sandbox => _sandbox.Path;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="directory">A directory of this machine that it sees at the same path and may write to; where it starts, and its home.</param>
    /// <param name="command">The program and its arguments.</param>
    public Task<Outcome> RunAsync(string directory, params string[] command) => ClientProcess.RunAsync(Start([directory], command));

    public ValueTask DisposeAsync()
    {
        _root.Dispose();
        _sandbox.Dispose();
        _packages.Dispose();
        return default;
    }

    /// <summary>The words that start the pinned bubblewrap; root keeps every right, another user becomes root of a namespace.</summary>
    // Not with --die-with-parent: the parent is a thread of ours to the kernel, and a thread that has waited for long ends.
    public static string[] Bubblewrap(string sandbox) => Environment.IsPrivilegedProcess
        ? [.. SandboxPrograms.In(sandbox, RuntimeInformation.OSArchitecture).Start("bwrap"), "--cap-add", "ALL"]
        : Bubblewrap(sandbox, uid: 0);

    /// <summary>The words that start the pinned bubblewrap in a namespace whose only user has that number, and owns what this one does.</summary>
    public static string[] Bubblewrap(string sandbox, int uid) =>
        [.. SandboxPrograms.In(sandbox, RuntimeInformation.OSArchitecture).Start("bwrap"), "--unshare-user", "--uid", $"{uid}", "--gid", $"{uid}"];

    private IEnumerable<string> Words(string[] directories) =>
    [
        .. PartsOf(_root.Path), "--tmpfs", "/tmp", "--tmpfs", "/run", "--tmpfs", "/var",
        .. ((string[])["cache", "lib", "log", "tmp"]).SelectMany(name => new[] { "--dir", $"/var/{name}" }),
        .. directories.SelectMany(directory => new[] { "--bind", directory, directory }),
        "--chdir", directories[0], "--clearenv", "--setenv", "HOME", directories[0],
        "--setenv", "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "--setenv", "LC_ALL", "C.UTF-8",
    ];

    // Not the root itself: a directory of the test must be mounted wherever it is, and a root of the store is read-only.
    private static IEnumerable<string> PartsOf(string root)
    {
        foreach (var part in new DirectoryInfo(root).GetFileSystemInfos().OrderBy(part => part.Name, StringComparer.Ordinal))
        {
            foreach (var word in part.LinkTarget is { } target ? ["--symlink", target, $"/{part.Name}"]
                : part.Name is "dev" or "proc" or "run" or "tmp" or "var" ? (string[])[]
                : ["--ro-bind", part.FullName, $"/{part.Name}"])
                yield return word;
        }

        foreach (var word in (string[])["--proc", "/proc", "--dev", "/dev"])
            yield return word;
    }
}
