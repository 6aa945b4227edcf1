using Monogres.Core;
using Monogres.Proof.Provenance;
using Monogres.Proof.Tests.Signatures;

namespace Monogres.Proof.Tests.Provenance;

public sealed class ArtifactFilesTests : IAsyncLifetime
{
    private SmallRelease _release = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _release = await SmallRelease.NewAsync(Cancel);

    public ValueTask DisposeAsync()
    {
        _release.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(SmallRelease.Name + ".json")]
    [InlineData(SmallRelease.Name + ".tar")]
    [InlineData(SmallRelease.Name + "-symbols.tar")]
    [InlineData("postgresql-15-tiny_1.0-1_amd64.deb")]
    public async Task Any_file_of_a_set_names_it(string file) =>
        Assert.Equal(SmallRelease.Name, Assert.Single(await ArtifactFiles.SetsOfAsync([_release[file]], Cancel)).Name);

    [Fact]
    public async Task All_files_of_a_directory_are_one_set_also_when_it_was_attested_before()
    {
        await _release.AttestAsync(TestKeys.Alice, Cancel, bundles: true);
        Assert.Single(await ArtifactFiles.SetsOfAsync(_release.Files, Cancel));
    }

    [Fact]
    public async Task What_only_accompanies_packages_is_no_set() => Assert.Empty(await ArtifactFiles.SetsOfAsync([_release[ArtifactFiles.PackagesOf(_release.Manifest.Recipe)]], Cancel));

    [Fact]
    public async Task A_file_that_no_manifest_names_is_an_error()
    {
        await File.WriteAllTextAsync(_release["other.deb"], "another", Cancel);
        await File.WriteAllTextAsync(_release["settings.json"], "[]", Cancel);
        Assert.Contains("no manifest beside", await ErrorAsync("other.deb"), StringComparison.Ordinal);
        Assert.Contains("there is no file", await ErrorAsync("nowhere.deb"), StringComparison.Ordinal);
        Assert.Contains("is not the manifest of a target", await ErrorAsync("settings.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_as_the_manifest_says_or_is_missing_is_not_attested()
    {
        await File.WriteAllTextAsync(_release[$"{SmallRelease.Name}.tar"], "a tax", Cancel);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => _release.AttestAsync(TestKeys.Alice, Cancel));
        Assert.Equal(ExitCode.NotIdentical, error.ExitCode);
        Assert.Contains($"{SmallRelease.Name}.tar` is not the file", error.Message, StringComparison.Ordinal);

        File.Delete(_release[$"{SmallRelease.Name}.tar"]);
        Assert.Contains("is missing", (await Assert.ThrowsAsync<UserErrorException>(() => _release.AttestAsync(TestKeys.Alice, Cancel))).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_release.Files, ArtifactKindsTests.IsStatement);
    }

    [Fact]
    public async Task Statements_by_Ed25519_are_the_same_each_time()
    {
        await _release.AttestAsync(TestKeys.Alice, Cancel);
        var first = await File.ReadAllBytesAsync(_release[SmallRelease.Name + ArtifactFiles.Attestation], Cancel);
        await _release.AttestAsync(TestKeys.Alice, Cancel);
        Assert.Equal(first, await File.ReadAllBytesAsync(_release[SmallRelease.Name + ArtifactFiles.Attestation], Cancel));
    }

    private async Task<string> ErrorAsync(string file) => (await Assert.ThrowsAsync<UserErrorException>(() => ArtifactFiles.SetsOfAsync([_release[file]], Cancel))).Message;
}
