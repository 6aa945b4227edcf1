using Monogres.Acceptance.Tests.Clients;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests;

/// <summary>The clients that other tests use run from pinned packages.</summary>
public sealed class ClientTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Every_client_and_all_that_it_depends_on_is_pinned()
    {
        if (ClientLock.IsToBeRenewed)
            await ClientLock.RenewAsync();
        Assert.NotEmpty(ClientLock.Read().Closure(ClientLock.All(), []));
    }

    [Theory]
    [InlineData("skopeo", "skopeo", "--version")]
    [InlineData("umoci", "umoci", "--version")]
    [InlineData("docker-registry", "docker-registry", "--version")]
    [InlineData("rpm", "rpm", "--version")]
    [InlineData("dnf", "dnf", "--version")]
    [InlineData("createrepo-c", "createrepo_c", "--version")]
    [InlineData("lintian", "lintian", "--version")]
    public async Task A_client_starts_in_a_root_of_its_own(string package, string program, string argument)
    {
        await using var clients = await ClientPrograms.OfAsync(package);
        (await clients.RunAsync(_directory.Path, program, argument)).Succeeded();
    }

    [Fact]
    public async Task A_client_sees_the_directory_of_a_test_and_nothing_else_of_this_machine()
    {
        File.WriteAllText(_directory["here"], "");
        await using var clients = await ClientPrograms.OfAsync();
        var listed = (await clients.RunAsync(_directory.Path, "sh", "-c", $"ls; touch made; ls {AppContext.BaseDirectory}")).ExitedWith(2);
        Assert.Equal("here\n", listed.Out);
        Assert.True(File.Exists(_directory["made"]));
    }
}
