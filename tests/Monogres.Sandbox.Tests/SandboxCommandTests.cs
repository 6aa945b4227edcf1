using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Monogres.Core;
using Monogres.Testing;

namespace Monogres.Sandbox.Tests;

public sealed class SandboxCommandTests : IDisposable
{
    private readonly TemporaryDirectory _root = new();

    private SandboxPrograms Programs(Architecture architecture, string loader)
    {
        foreach (var file in new[] { loader, "usr/bin/bwrap", "usr/bin/dash", "usr/bin/mount", "usr/bin/setpriv", "usr/bin/unshare" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_root[file])!);
            File.WriteAllText(_root[file], "");
        }

        return SandboxPrograms.In(_root.Path, architecture);
    }

    private SandboxCommand Command(Architecture architecture, string loader) => new()
    {
        Programs = Programs(architecture, loader),
        WorkDirectory = "/store/work/1-1",
        Mount = RootMount.Overlay,
        LayerCount = 3,
        Arguments = ["/usr/bin/make", "-C", "a b", "--"],
        Environment = ImmutableSortedDictionary<string, string>.Empty.Add("PATH", "/usr/bin").Add("LC_ALL", "C.UTF-8"),
        Directory = RelativePath.Parse("build/x"),
        UserId = 1000,
        HostName = "build",
        MachineFiles = ["cpuinfo", "sys/kernel/osrelease"],
        TemporarySize = 1 << 20,
    };

    private void Match(SandboxCommand command, string name) =>
        Golden.Match(string.Join('\n', command.ToArguments()).Replace(_root.Path, "{root}", StringComparison.Ordinal) + "\n", name);

    [Fact]
    public void An_action_over_an_overlay() => Match(Command(Architecture.X64, "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"), "overlay.txt");

    [Fact]
    public void A_session_over_a_read_only_root() => Match(
        Command(Architecture.Arm64, "usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1") with
        {
            Mount = RootMount.ReadOnly,
            Interactive = true,
            MachineFiles = [],
            TemporarySize = null,
            HostNetwork = true,
            HostDirectories = [new HostDirectory("/tmp/socket", RelativePath.Parse("run/postgresql"))],
        },
        "read-only.txt");

    [Fact]
    public void A_root_without_the_programs_is_said()
    {
        var error = Assert.Throws<UserErrorException>(() => SandboxPrograms.In(_root.Path, Architecture.X64));
        Assert.Equal("the sandbox's own root has no `usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2`", error.Message);
    }

    [Fact]
    public void Other_architectures_are_said() => Assert.Throws<UserErrorException>(() => SandboxPrograms.In(_root.Path, Architecture.S390x));

    public void Dispose() => _root.Dispose();
}
