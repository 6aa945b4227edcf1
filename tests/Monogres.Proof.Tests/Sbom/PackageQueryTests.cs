using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Packaging.Portable;
using Monogres.Proof.Sbom;

namespace Monogres.Proof.Tests.Sbom;

public sealed class PackageQueryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("libssl3", "3.0.17-1~deb12u2", true)]
    [InlineData("libssl3@3.0", "3.0.17-1~deb12u2", true)]
    [InlineData("libssl3@3.0.17", "3.0.17-1~deb12u2", true)]
    [InlineData("libssl3@3.0.1", "3.0.17-1~deb12u2", false)]
    [InlineData("libssl3@3", "2:3.0.17", true)]
    [InlineData("libssl3@2:3", "2:3.0.17", true)]
    [InlineData("libssl3@1:3", "2:3.0.17", false)]
    [InlineData("libssl3<3.0.17-1", "3.0.17-1~deb12u2", true)]
    [InlineData("libssl3<3.0.17-1~deb12u2", "3.0.17-1~deb12u2", false)]
    [InlineData("libssl3<=3.0.17-1~deb12u2", "3.0.17-1~deb12u2", true)]
    [InlineData("libssl3>3.0.9", "3.0.17-1", true)]
    [InlineData("libssl3>=3.1", "3.0.17-1", false)]
    [InlineData("libssl3<3", "1:2.9", false)]
    [InlineData("libssl", "3.0.17-1", false)]
    [InlineData("libssl3<1", null, true)]
    public void A_question_means_versions(string query, string? version, bool matches) => Assert.Equal(matches, PackageQuery.Parse(query).Matches("libssl3", version));

    [Theory]
    [InlineData("")]
    [InlineData("@3")]
    [InlineData("libssl3@")]
    [InlineData("libssl3<")]
    [InlineData("lib ssl")]
    public void What_is_no_question_is_named(string query) => Assert.Equal(ExitCode.Usage, Assert.Throws<UserErrorException>(() => PackageQuery.Parse(query)).ExitCode);

    [Fact]
    public async Task What_artifacts_need_is_found_by_the_shortest_way() => Assert.Equal(
        ["postgresql-15-tiny_1.0-1_amd64.deb needs libssl3 through libpq5", $"{SmallRelease.Name}.tar needs libssl3 through libpq5"], await FindAsync("libssl3@3.0"));

    [Fact]
    public async Task What_the_target_needs_itself_is_through_nothing() =>
        Assert.Equal(["postgresql-15-tiny_1.0-1_amd64.deb needs libc6", $"{SmallRelease.Name}.tar needs libc6"], await FindAsync("libc6"));

    [Fact]
    public async Task A_target_and_the_server_that_it_was_built_against_are_found_too()
    {
        Assert.Equal(["postgresql-15-tiny_1.0-1_amd64.deb needs postgres", $"{SmallRelease.Name}.tar needs postgres"], await FindAsync("postgres<15.19"));
        Assert.Equal(["postgresql-15-tiny_1.0-1_amd64.deb needs tiny", $"{SmallRelease.Name}.tar needs tiny"], await FindAsync("tiny@1.0"));
    }

    [Fact]
    public async Task What_is_nowhere_is_not_found() => Assert.Empty(await FindAsync("libssl3@3.1"));

    [Fact]
    public async Task What_is_carried_along_is_held()
    {
        using var release = await SmallRelease.NewAsync(Cancel);
        var list = new PortableList
        {
            Version = PortableList.FormatVersion,
            Target = "tiny",
            Platform = "debian12-amd64",
            Glibc = null,
            Libraries = [new ListedLibrary("lib/libssl.so.3", "libssl.so.3", "libssl3", "3.0.17-1~deb12u2", "")],
            OmittedExtensions = [],
        };
        release.Rebuild(manifest => manifest with { Files = [.. manifest.Files, new("tiny-portable.tar", new string('0', 64), 1)] });
        var found = BillReader.Parse(SpdxDocument.Write(release.Bill(list)), "bill").Find(PackageQuery.Parse("libssl3")).ToArray();
        Assert.Equal(["tiny-portable.tar"], found.Where(one => one.IsHeld).Select(one => one.Artifact));
        Assert.Equal(3, found.Length);
        Assert.Equal(release.Manifest.Files.Select(file => file.Name).Order(StringComparer.Ordinal), BillReader.Parse(SpdxDocument.Write(release.Bill(list)), "bill").Artifacts);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"packages":[],"relationships":[]}""")]
    [InlineData("""{"packages":[{"SPDXID":"a","name":"b"},{"SPDXID":"a","name":"b"}],"relationships":[]}""")]
    public void What_is_no_bill_is_named(string document) =>
        Assert.Contains("`bill`", Assert.Throws<UserErrorException>(() => BillReader.Parse(System.Text.Encoding.UTF8.GetBytes(document), "bill")).Message, StringComparison.Ordinal);

    private static async Task<ImmutableArray<string>> FindAsync(string query)
    {
        using var release = await SmallRelease.NewAsync(Cancel);
        return
        [
            .. BillReader.Parse(SpdxDocument.Write(release.Bill()), "bill").Find(PackageQuery.Parse(query))
                .Select(found => $"{found.Artifact} {(found.IsHeld ? "holds" : "needs")} {found.Component}{(found.Through.IsEmpty ? "" : $" through {string.Join(", ", found.Through)}")}"),
        ];
    }
}
