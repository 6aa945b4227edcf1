using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Proof.Policies;
using Monogres.Proof.Provenance;
using Monogres.Proof.Signatures;
using Monogres.Proof.Tests.Signatures;
using Monogres.Testing;

namespace Monogres.Proof.Tests.Policies;

public sealed class ArtifactCheckTests : IAsyncLifetime
{
    private const string Tar = $"{SmallRelease.Name}.tar", Statements = SmallRelease.Name + ArtifactFiles.Attestation;

    private readonly TemporaryDirectory _others = new();
    private SmallRelease _release = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _release = await SmallRelease.NewAsync(Cancel);
        await _release.AttestAsync(TestKeys.Alice, Cancel);
    }

    public ValueTask DisposeAsync()
    {
        _release.Dispose();
        _others.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Everything_that_was_attested_is_accepted()
    {
        var report = await CheckAsync(_release.Files);
        Assert.Equal(ExitCode.Done, report.ExitCode);
        Assert.Empty(report.Problems);
        Assert.Equal(_release.Files.Length - 1, report.Artifacts.Length);
        Assert.Every(report.Artifacts, artifact => Assert.Equal([TestKeys.Alice.Key], artifact.Agreeing));
    }

    [Theory]
    [InlineData(Tar)]
    [InlineData("postgresql-15-tiny_1.0-1_amd64.deb")]
    [InlineData(SmallRelease.Name + ".json")]
    [InlineData(SmallRelease.Name + ArtifactFiles.Spdx)]
    [InlineData(SmallRelease.Name + ArtifactFiles.CycloneDx)]
    public async Task One_changed_byte_of_any_file_is_not_identical(string name)
    {
        var bytes = await File.ReadAllBytesAsync(_release[name], Cancel);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(_release[name], bytes, Cancel);
        var report = await CheckAsync(_release.Files);
        Assert.Equal(ExitCode.NotIdentical, report.ExitCode);
        Assert.Equal([_release[name]], report.Artifacts.Where(artifact => !artifact.IsAccepted).Select(artifact => artifact.File));
    }

    [Fact]
    public async Task A_file_that_was_removed_is_missing_when_all_are_checked_and_not_when_another_is_checked_alone()
    {
        File.Delete(_release["postgresql-15-tiny_1.0-1_amd64.deb"]);
        var report = await CheckAsync(_release.Files);
        Assert.Equal(ExitCode.Failed, report.ExitCode);
        Assert.Contains("it is missing", Assert.Single(report.Artifacts, artifact => !artifact.IsAccepted).Refused, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, (await CheckAsync(_release[Tar])).ExitCode);
    }

    [Fact]
    public async Task A_file_that_no_statement_names_is_refused()
    {
        await File.WriteAllTextAsync(_release["other.deb"], "another", Cancel);
        var report = await CheckAsync(_release.Files);
        Assert.Equal(ExitCode.Failed, report.ExitCode);
        Assert.Equal(_release["other.deb"], Assert.Single(report.Artifacts, artifact => !artifact.IsAccepted).File);
    }

    [Fact]
    public async Task A_package_of_any_name_is_found_in_the_statements_beside_it() =>
        Assert.Equal(ExitCode.Done, (await CheckAsync(_release["postgresql-15-tiny_1.0-1_amd64.deb"])).ExitCode);

    [Fact]
    public async Task A_wrong_key_accepts_nothing_and_is_named()
    {
        var report = await new ArtifactCheck(Policy.Of([TestKeys.Bob.Key], 1, formats: null), []).RunAsync(_release.Files, Cancel);
        Assert.Equal(ExitCode.Failed, report.ExitCode);
        Assert.Every(report.Artifacts, artifact => Assert.False(artifact.IsAccepted));
        Assert.Contains(report.Problems, problem => problem.Contains("line 1 of", StringComparison.Ordinal) && problem.Contains("is not signed by the key bob.key", StringComparison.Ordinal)
            && problem.Contains(TestKeys.Alice.Key.Id[..16], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_statement_by_a_foreign_key_beside_the_right_ones_is_named()
    {
        await _release.AttestAsync(TestKeys.Carol, Cancel, to: _others.Path);
        await File.AppendAllTextAsync(_release[Statements], await File.ReadAllTextAsync(_others[Statements], Cancel), Cancel);
        var report = await CheckAsync(_release.Files);
        Assert.Equal(ExitCode.Failed, report.ExitCode);
        Assert.Equal(2, report.Problems.Length);
        Assert.Contains("line 3 of", report.Problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_envelope_that_is_cut_off_is_named()
    {
        var text = await File.ReadAllTextAsync(_release[Statements], Cancel);
        await File.WriteAllTextAsync(_release[Statements], text[..^40], Cancel);
        var report = await CheckAsync(_release.Files);
        Assert.Equal(ExitCode.Failed, report.ExitCode);
        Assert.Contains($"line 2 of `{_release[Statements]}` is damaged or cut off", Assert.Single(report.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_a_line_is_named()
    {
        await File.WriteAllTextAsync(_release[Statements], "\n", Cancel);
        Assert.Equal([$"`{_release[Statements]}` is empty"], (await CheckAsync(_release.Files)).Problems);
    }

    [Fact]
    public async Task The_statements_of_another_set_under_this_name_are_named()
    {
        const string Other = "other-1.0-postgres-15.18-minimal-debian12-amd64" + ArtifactFiles.Attestation;
        File.Move(_release[Statements], _release[Other]);
        var report = await CheckAsync(_release.Files);
        Assert.Equal(ExitCode.Failed, report.ExitCode);
        Assert.Equal([$"`{_release[Other]}` has the statement of `{SmallRelease.Name}` in it: files were swapped"], report.Problems);
    }

    [Fact]
    public async Task The_run_of_another_recipe_is_named()
    {
        var before = await File.ReadAllLinesAsync(_release[Statements], Cancel);
        _release.Rebuild(manifest => manifest, "another tar");
        await _release.AttestAsync(TestKeys.Alice, Cancel);
        var now = await File.ReadAllLinesAsync(_release[Statements], Cancel);
        await File.WriteAllLinesAsync(_release[Statements], [now[0], before[1]], Cancel);
        var report = await CheckAsync(_release.Files);
        Assert.Equal(ExitCode.Failed, report.ExitCode);
        Assert.Contains("is the run of another recipe", Assert.Single(report.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Builders_who_state_the_same_are_counted()
    {
        await _release.AttestAsync(TestKeys.Bob, Cancel, to: _others.Path);
        Assert.Equal(ExitCode.Done, (await CheckAsync(2, [_others.Path])).ExitCode);
        Assert.Equal(ExitCode.Done, (await CheckAsync(2, [_others[Statements]])).ExitCode);

        var report = await CheckAsync(2, []);
        Assert.Equal(ExitCode.Failed, report.ExitCode);
        Assert.Every(report.Artifacts, artifact => Assert.Equal("1 of the 2 builders that must agree vouches for it", artifact.Refused));
    }

    [Fact]
    public async Task A_builder_who_got_something_else_is_told_of_with_what_differs()
    {
        await AttestAsBobAsync(manifest => manifest with { Recipe = manifest.Recipe with { Index = Digest.Of("another index"u8) }, Result = manifest.Result with { Payload = Digest.Of("another"u8) } });
        var report = await CheckAsync(2, [_others.Path]);
        Assert.Equal(ExitCode.NotIdentical, report.ExitCode);
        var tar = Assert.Single(report.Artifacts, artifact => Path.GetFileName(artifact.File) is Tar);
        Assert.Equal([TestKeys.Alice.Key], tar.Agreeing);
        var other = Assert.Single(tar.Differing);
        Assert.Equal(TestKeys.Bob.Key, other.Key);
        Assert.Equal([$"index: {Digest.Of("index"u8)} and {Digest.Of("another index"u8)}", "so the payload is another"], other.Where);

        // The package of Debian is the same with both.
        Assert.True(Assert.Single(report.Artifacts, artifact => artifact.File.EndsWith(".deb", StringComparison.Ordinal)).IsAccepted);
        // For one who believes a single builder it is enough that Alice states it.
        Assert.Equal(ExitCode.Done, (await CheckAsync(1, [_others.Path])).ExitCode);
    }

    [Theory]
    [InlineData(true, "the same action gave another payload: the build is not reproducible")]
    [InlineData(false, "the payload is the same, and was packed into another file")]
    public async Task What_differs_for_no_reason_in_the_recipe_is_said_to(bool payload, string where)
    {
        await AttestAsBobAsync(manifest => payload ? manifest with { Result = manifest.Result with { Payload = Digest.Of("another"u8) } } : manifest);
        var tar = Assert.Single((await CheckAsync(2, [_others.Path])).Artifacts, artifact => Path.GetFileName(artifact.File) is Tar);
        Assert.Equal([where], Assert.Single(tar.Differing).Where);
    }

    [Fact]
    public async Task A_key_that_signs_twice_is_one_builder()
    {
        await _release.AttestAsync(TestKeys.Alice, Cancel, to: _others.Path);
        Assert.Equal(ExitCode.Failed, (await CheckAsync(2, [_others.Path])).ExitCode);
        Assert.Throws<UserErrorException>(() => Policy.Of([TestKeys.Alice.Key, TestKeys.Alice.Key.Called("alice again")], 2, formats: null));
    }

    [Fact]
    public async Task A_format_that_the_policy_does_not_name_is_refused_and_what_accompanies_packages_is_not()
    {
        var report = await new ArtifactCheck(Policy.Of([TestKeys.Alice.Key], 1, ["deb"]), []).RunAsync(_release.Files, Cancel);
        Assert.Equal([$"{SmallRelease.Name}-symbols.tar", Tar], report.Artifacts.Where(artifact => !artifact.IsAccepted).Select(artifact => Path.GetFileName(artifact.File)));
        Assert.Contains("its format is `tar`, and the policy accepts `deb`", report.Artifacts.First(artifact => !artifact.IsAccepted).Refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statements_in_bundles_of_Sigstore_count_too()
    {
        await _release.AttestAsync(TestKeys.Alice, Cancel, bundles: true);
        File.Delete(_release[Statements]);
        Assert.Equal(ExitCode.Done, (await CheckAsync([_release[Tar], _release[$"{SmallRelease.Name}.recipe.sigstore.json"]])).ExitCode);
        Assert.Equal(ExitCode.Done, (await CheckAsync(_release.Files)).ExitCode);
    }

    [Fact]
    public async Task What_is_not_there_is_named()
    {
        Assert.Contains("nowhere.deb", (await Assert.ThrowsAsync<UserErrorException>(() => CheckAsync(_release["nowhere.deb"]))).Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", (await Assert.ThrowsAsync<UserErrorException>(() => CheckAsync(1, [_others["nowhere"]]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_insists_on_a_policy_is_told_what_it_does_not_accept()
    {
        (await CheckAsync(_release.Files)).OrThrow("policy.json");
        await File.WriteAllTextAsync(_release[Tar], "another", Cancel);
        var report = await CheckAsync(_release.Files);
        var error = Assert.Throws<UserErrorException>(() => report.OrThrow("policy.json"));
        Assert.Equal(ExitCode.NotIdentical, error.ExitCode);
        Assert.StartsWith(_release[Tar], Assert.Single(error.Details), StringComparison.Ordinal);
    }

    private async Task AttestAsBobAsync(Func<Results.Records.TargetManifest, Results.Records.TargetManifest> change)
    {
        using var other = await SmallRelease.NewAsync(Cancel);
        other.Rebuild(change, "another tar");
        await other.AttestAsync(TestKeys.Bob, Cancel, to: _others.Path);
    }

    private Task<CheckReport> CheckAsync(params string[] files) => new ArtifactCheck(Policy.Of([TestKeys.Alice.Key], 1, formats: null), []).RunAsync(files, Cancel);

    private Task<CheckReport> CheckAsync(int threshold, ImmutableArray<string> builders) =>
        new ArtifactCheck(Policy.Of([TestKeys.Alice.Key, TestKeys.Bob.Key], threshold, formats: null), builders).RunAsync(_release.Files, Cancel);
}
