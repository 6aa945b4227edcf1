using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Sandbox.Tests;

public sealed class SandboxSessionTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private async Task<int> EnterAsync(string script, RootMount mount = RootMount.Overlay, params HostDirectory[] directories)
    {
        var session = new SandboxSession(fixture.Store, new SandboxOptions { ProgramsRoot = fixture.ProgramsRoot, Mount = mount }, TimeProvider.System);
        return await session.EnterAsync(
            new SessionRequest
            {
                Layers = [fixture.ProgramsRoot, await fixture.SourceAsync(("input", "x"))],
                Arguments = ["/bin/sh", "-c", script],
                Environment = ImmutableSortedDictionary<string, string>.Empty.Add("PATH", "/usr/bin"),
                WorkingDirectory = RelativePath.Parse("build"),
                HostDirectories = [.. directories],
            },
            default);
    }

    [Theory]
    [InlineData(RootMount.Overlay)]
    [InlineData(RootMount.ReadOnly)]
    public async Task The_exit_code_of_the_command_comes_back(RootMount mount)
    {
        Assert.Equal(0, await EnterAsync("test -e input && echo x >new", mount));
        Assert.Equal(7, await EnterAsync("exit 7", mount));
        Assert.Equal(143, await EnterAsync("kill -TERM $$", mount));
    }

    [Fact]
    public async Task A_directory_of_this_machine_can_be_written_to()
    {
        using var host = new Testing.TemporaryDirectory();
        Assert.Equal(0, await EnterAsync("echo hello >/run/socket/f", RootMount.Overlay, new HostDirectory(host.Path, RelativePath.Parse("run/socket"))));
        Assert.Equal("hello\n", File.ReadAllText(host["f"]));
    }
}
