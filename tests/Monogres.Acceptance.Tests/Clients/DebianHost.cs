using Monogres.Testing;
using Monogres.Testing.Http;
using Monogres.Testing.Repositories;

namespace Monogres.Acceptance.Tests.Clients;

/// <summary>
/// A Debian 12 (<see cref="Distribution"/>) whose apt has two sources over HTTP, both signed: the distribution's own packages, and a
/// repository of ours, of which a test says the suite. Services may be started in it. Made once for the tests of a class, each of
/// which purges what it installs.
/// </summary>
public sealed class DebianHost : IAsyncLifetime
{
    /// <summary>The server whose packages are there.</summary>
    public const string Server = "postgres@15.18";

    /// <summary>The extension whose package is there.</summary>
    public const string Extension = "pgvector@0.8.0/postgres@15.18";

    private const string Sources = "etc/apt/sources.list";

    private readonly TemporaryDirectory _directory = new();
    private Distribution? _distribution;
    private DirectoryServer? _ours, _debian;

    /// <summary>What was asked of our repository.</summary>
    internal IEnumerable<string> Requests => _ours!.Requests;

    /// <summary>The repository.</summary>
    public string Repository => _directory["repository"];

    /// <summary>The key that signs it.</summary>
    public string Key => _directory["release.key"];

    /// <summary>The packages of <see cref="Server"/> and <see cref="Extension"/>.</summary>
    public string[] Packages => Directory.GetFiles(_directory["dist"], "*.deb");

    public async ValueTask InitializeAsync()
    {
        (await new Tool().RunAsync("build", Server, Extension, "--format", "deb", "--output", _directory["dist"])).Succeeded();
        // A test without it says why it does not run.
        if (!Environment.IsPrivilegedProcess)
            return;

        var key = new TestKey();
        File.WriteAllBytes(Key, key.Secret);
        _distribution = await Distribution.CreateAsync();
        await PublishAsync(_directory["debian"], "bookworm", Directory.GetFiles(_distribution.Pool));
        _debian = new DirectoryServer(_directory["debian"]);
        _ours = new DirectoryServer(Repository);
        await File.WriteAllBytesAsync(At("etc/apt/test.gpg"), key.Public);
        await File.WriteAllTextAsync(At("etc/apt/apt.conf.d/test"), "Acquire::Languages \"none\";\nAPT::Install-Recommends \"false\";\nAPT::Update::Error-Mode \"any\";\n");
        // Without an init system, services are started only where a policy allows it.
        await File.WriteAllTextAsync(At("usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 0\n");
    }

    /// <summary>Builds further packages.</summary>
    public async Task<string[]> BuildAsync(params string[] targets)
    {
        var output = _directory[targets[0]];
        (await new Tool().RunAsync(["build", .. targets, "--format", "deb", "--output", output])).Succeeded();
        return Directory.GetFiles(output, "*.deb");
    }

    /// <summary>Publishes files in a suite of our repository, or whatever else the command is given.</summary>
    public Task PublishAsync(string suite, params string[] files) => PublishAsync(Repository, suite, files);

    /// <summary>Lets apt see one suite of ours besides the distribution.</summary>
    public async Task UseAsync(string suite)
    {
        await File.WriteAllTextAsync(At(Sources), $"deb [signed-by=/etc/apt/test.gpg] {_ours!.Address} {suite} main\ndeb [signed-by=/etc/apt/test.gpg] {_debian!.Address} bookworm main\n");
        await ShellAsync("apt-get update -q");
    }

    /// <summary>Runs lines of shell as root; the first that fails ends them, and whatever they started ends with them.</summary>
    /// <returns>What they wrote.</returns>
    public async Task<string> ShellAsync(string lines) => (await TryAsync(lines)).Succeeded().Out;

    /// <summary>The same for lines that may fail.</summary>
    internal Task<Outcome> TryAsync(string lines) => _distribution!.ShellAsync(lines);

    /// <summary>A package as it might have been built before: the same under an older version, which is later than the distribution's.</summary>
    public async Task<string> OlderAsync(string package)
    {
        var older = Directory.CreateDirectory(At("srv/older")).FullName;
        File.Copy(package, At("srv/package.deb"), overwrite: true);
        await ShellAsync("""
            dpkg-deb --raw-extract /srv/package.deb /srv/tree
            sed -i 's/-1~mgr/-0+mgr/g' /srv/tree/DEBIAN/control
            dpkg-deb -Znone --root-owner-group --build /srv/tree /srv/older
            rm -r /srv/tree /srv/package.deb
            """);
        return Directory.GetFiles(older).MaxBy(File.GetLastWriteTimeUtc)!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_distribution is not null)
            await _distribution.DisposeAsync();
        if (_ours is not null)
            await _ours.DisposeAsync();
        if (_debian is not null)
            await _debian.DisposeAsync();
        _directory.Dispose();
    }

    private async Task PublishAsync(string repository, string suite, string[] files) => (await new Tool().RunAsync(["publish", "apt", repository, "--key", Key, "--suite", suite, "--compress", "xz", .. files])).Succeeded();

    private string At(string path) => Path.Combine(_distribution!.Root, path);
}
