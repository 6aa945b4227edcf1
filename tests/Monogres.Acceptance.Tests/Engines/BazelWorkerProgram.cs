using Monogres.Acceptance.Tests.Clients;
using Monogres.Acceptance.Tests.Engines;
using Monogres.Testing;

[assembly: AssemblyFixture(typeof(BazelWorkerProgram))]

namespace Monogres.Acceptance.Tests.Engines;

/// <summary>
/// The remote worker out of Bazel 4.2.3, which Debian 12 has as source: compiled once for all tests, when the first asks for it. Two
/// small changes make it usable: it makes the symbolic links of its inputs, which it leaves out as it is, and it listens on the
/// loopback interface alone.
/// </summary>
public sealed class BazelWorkerProgram : IAsyncLifetime
{
    private const string Server = "usr/share/bazel/A-server.jar";
    private const string Sources = "usr/src/bazel-bootstrap/src/tools/remote/src/main/java/com/google/devtools/build/remote/worker";

    private static readonly (string File, string From, string To)[] Changes =
    [
        ("OnDiskBlobStoreCache.java",
            "    for (DirectoryNode child : directory.getDirectoriesList()) {\n",
            """
                for (build.bazel.remote.execution.v2.SymlinkNode link : directory.getSymlinksList())
                  rootLocation.getRelative(link.getName()).createSymbolicLink(com.google.devtools.build.lib.vfs.PathFragment.create(link.getTarget()));
                for (DirectoryNode child : directory.getDirectoriesList()) {

            """),
        ("RemoteWorker.java",
            "NettyServerBuilder.forPort(workerOptions.listenPort)",
            "NettyServerBuilder.forAddress(new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), workerOptions.listenPort))"),
    ];

    private readonly TemporaryDirectory _directory = new();
    private ClientPrograms? _java;

    /// <summary>Nothing yet: most runs of tests need no worker.</summary>
    public ValueTask InitializeAsync() => default;

    /// <summary>Compiles it, unless that was done.</summary>
    internal async Task PrepareAsync()
    {
        if (_java is not null)
            return;

        File.SetUnixFileMode(_directory.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        await UnpackAsync();
        foreach (var (file, from, to) in Changes)
        {
            var path = Path.Combine(_directory[Sources], file);
            var text = await File.ReadAllTextAsync(path);
            Assert.Equal(2, text.Split(from).Length);
            await File.WriteAllTextAsync(path, text.Replace(from, to, StringComparison.Ordinal));
        }

        var java = await ClientPrograms.OfAsync("openjdk-17-jre-headless", "ecj", "util-linux");
        (await java.RunAsync(_directory.Path, [
            JavaIn, "-cp", "/usr/share/java/eclipse-jdt-core.jar", "org.eclipse.jdt.internal.compiler.batch.Main", "-nowarn", "-source", "11", "-target", "11", "-proc:none",
            "-cp", _directory[Server], "-d", _directory["classes"], .. Directory.GetFiles(_directory[Sources], "*.java", SearchOption.AllDirectories)])).Succeeded();
        _java = java;
    }

    /// <summary>Skips the test where the user of workers cannot do what actions there must: make namespaces, and a <c>/proc</c> in them.</summary>
    internal async Task SkipUnlessUserMakesSandboxesAsync()
    {
        var made = await ClientProcess.RunAsync(_java!.StartAsUser([_directory.Path], "unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--mount-proc", "true"));
        Assert.SkipWhen(made.ExitCode != 0, $"an ordinary user of this machine cannot make the sandboxes of actions at such an engine: {made.Error}");
    }

    /// <summary>A directory for one worker.</summary>
    internal string DirectoryOf(string name) => _directory[name];

    /// <summary>Makes a directory that belongs to the user of workers.</summary>
    internal static async Task MakeForUserAsync(string path)
    {
        Directory.CreateDirectory(path);
        if (Environment.IsPrivilegedProcess)
            (await ClientProcess.RunAsync("chown", $"{ClientPrograms.User}:{ClientPrograms.User}", path)).Succeeded();
    }

    /// <summary>The words that start a worker.</summary>
    internal string[] Start(string directory, params string[] options) => _java!.StartAsUser([directory, _directory.Path],
        [JavaIn, "-Xmx512m", "-cp", $"{_directory["classes"]}:{_directory[Server]}", "com.google.devtools.build.remote.worker.RemoteWorker", .. options]);

    public async ValueTask DisposeAsync()
    {
        if (_java is not null)
            await _java.DisposeAsync();
        _directory.Dispose();
    }

    private static string JavaIn => "/usr/lib/jvm/java-17-openjdk-amd64/bin/java";

    /// <summary>Two directories of packages of some ten thousand files.</summary>
    private async Task UnpackAsync()
    {
        using var packages = await ClientPackages.OpenAsync();
        await using var tools = await ClientPrograms.OfAsync("dpkg", "tar", "xz-utils", "zstd");
        foreach (var (name, part) in ((string, string)[])[("bazel-bootstrap-data", Server), ("bazel-bootstrap-source", Sources)])
        {
            var file = (await packages.DownloadAsync(packages.Closure([name]).RemoveAll(package => package.Name != name))).Values.Single();
            File.Copy(file, _directory[$"{name}.deb"]);
            (await tools.RunAsync(_directory.Path, "sh", "-euc", $"dpkg-deb --fsys-tarfile {name}.deb | tar --extract ./{part}; rm {name}.deb")).Succeeded();
        }
    }
}
