using Monogres.Sandbox;
using Monogres.Sandbox.Roots;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests.Clients;

/// <summary>
/// A real Debian 12 in a directory, made as debootstrap makes its minimal variant, from the pinned packages: unpacked once for
/// dpkg to be there, then installed by dpkg in a root, with every maintainer script. What is run in it is root, with this machine's
/// network, processes of its own, which end with it, and a <c>/dev</c>, <c>/tmp</c> and <c>/run</c> of its own; users of packages (<c>postgres</c>) are real, which needs root:
/// a test asks <see cref="SkipUnlessPossible"/> first.
/// <para>
/// Further packages of the distribution are in <see cref="Pool"/>, for a repository that a test serves: those of the set
/// <c>available</c> of the lock, with all that they depend on.
/// </para>
/// </summary>
internal sealed class Distribution : IAsyncDisposable
{
    private static readonly string[] Tools = ["coreutils", "dash", "dpkg", "findutils", "tar"];

    // What debootstrap does before dpkg can run: the users that files belong to, and the link that base-files depends on.
    // dpkg orders what it configures, and unpacks as it is told: hence --force-depends. A test's disk need not be synchronised,
    // and nobody reads the base's manuals: what a test installs later comes with its own.
    private const string Install = """
        set -e
        mkdir -p /var/lib/dpkg/info /var/lib/dpkg/updates /etc/apt/apt.conf.d /etc/dpkg/dpkg.cfg.d
        : >/var/lib/dpkg/status
        cp /usr/share/base-passwd/passwd.master /etc/passwd
        cp /usr/share/base-passwd/group.master /etc/group
        ln -sf mawk /usr/bin/awk
        echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/test
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
        chmod 755 /usr/sbin/policy-rc.d
        echo '127.0.0.1 localhost' >/etc/hosts
        cd /mnt
        dpkg --path-exclude='/usr/share/locale/*' --path-exclude='/usr/share/man/*' --path-exclude='/usr/share/doc/*' --install --force-depends "$@"
        """;

    private readonly TemporaryDirectory _directory = new();
    private readonly ClientPackages _packages;
    private RootLease? _sandbox;

    private Distribution(ClientPackages packages) => _packages = packages;

    /// <summary>The root directory.</summary>
    public string Root => _directory["root"];

    /// <summary>A directory with the <c>.deb</c> files of everything that is installed or available.</summary>
    public string Pool => _directory["pool"];

    /// <summary>Skips the test where users cannot be real.</summary>
    public static void SkipUnlessPossible() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "a distribution with users of its own needs root");

    /// <summary>Makes one.</summary>
    public static async Task<Distribution> CreateAsync()
    {
        var distribution = new Distribution(await ClientPackages.OpenAsync());
        try
        {
            await distribution.MakeAsync();
            return distribution;
        }
        catch
        {
            await distribution.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a program in it as root.</summary>
    public Task<Outcome> RunAsync(params string[] command) => ClientProcess.RunAsync(Start([], command));

    /// <summary>Runs lines of shell in it as root; the first that fails ends them.</summary>
    public Task<Outcome> ShellAsync(string lines) => RunAsync("sh", "-euc", lines);

    public ValueTask DisposeAsync()
    {
        _sandbox?.Dispose();
        _packages.Dispose();
        _directory.Dispose();
        return default;
    }

    private async Task MakeAsync()
    {
        var installed = _packages.Closure(ClientLock.Set("distribution"));
        Directory.CreateDirectory(Pool);
        foreach (var (name, file) in await _packages.DownloadAsync(_packages.Closure([.. ClientLock.Set("distribution"), .. ClientLock.Set("available")])))
            File.Copy(file, Path.Combine(Pool, name));
        string[] files = [.. installed.Select(package => Path.GetFileName(package.Path.Value))];
        Directory.CreateDirectory(Root);
        File.WriteAllLines(_directory["unread"], ["./usr/share/doc", "./usr/share/locale", "./usr/share/man", "./usr/share/zoneinfo"]);

        await using (var tools = await ClientPrograms.OfAsync(Tools))
        {
            (await tools.RunAsync(_directory.Path, ["sh", "-euc", """
                cd root
                for name in bin lib lib64 sbin; do mkdir -p usr/$name; ln -s usr/$name $name; done
                for package; do dpkg-deb --fsys-tarfile ../pool/$package | tar --extract --keep-directory-symlink --exclude-from=../unread; done
                """, "sh", .. files])).Succeeded();
        }

        _sandbox = await _packages.RootAsync(SandboxPrograms.Packages);
        (await ClientProcess.RunAsync(Start(["--bind", Pool, "/mnt"], ["sh", "-c", Install, "sh", .. files]))).Succeeded();
    }

    private string[] Start(string[] mounts, string[] command) =>
    [
        .. ClientPrograms.Bubblewrap(_sandbox!.Path), "--unshare-pid", "--unshare-ipc",
        "--bind", Root, "/", "--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp", "--tmpfs", "/run", .. mounts,
        "--chdir", "/", "--clearenv", "--setenv", "HOME", "/root", "--setenv", "LC_ALL", "C.UTF-8", "--setenv", "DEBIAN_FRONTEND", "noninteractive",
        "--setenv", "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "--", .. command,
    ];
}
