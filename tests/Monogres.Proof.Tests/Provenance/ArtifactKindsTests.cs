using Monogres.Packaging;
using Monogres.Proof.Provenance;

namespace Monogres.Proof.Tests.Provenance;

public sealed class ArtifactKindsTests
{
    internal static bool IsStatement(string file) => file.EndsWith(ArtifactFiles.Attestation, StringComparison.Ordinal);

    [Theory]
    [InlineData("a-15.18.tar", "tar")]
    [InlineData("a.tar.zst", "tar.zst")]
    [InlineData("a.oci.tar", "oci")]
    [InlineData("a_1.0-1_amd64.deb", "deb")]
    [InlineData("a.json", null)]
    [InlineData("a.intoto.jsonl", null)]
    public void A_format_is_told_by_the_name(string file, string? format) => Assert.Equal(format, ArtifactKinds.FormatOf(file));

    /// <summary>The images for CloudNativePG are images of the format <c>oci</c>.</summary>
    [Fact]
    public void Every_format_that_can_be_built_can_be_told() => Assert.Empty(PackageFormats.Names.Except([.. ArtifactKinds.Formats, "cnpg"], StringComparer.Ordinal));

    [Theory]
    [InlineData("postgres-15.18-minimal-debian12-amd64-symbols.tar", true)]
    [InlineData("postgresql-15-dbgsym_15.18-1_amd64.deb", true)]
    [InlineData("postgresql15-debuginfo-15.18-1.x86_64.rpm", true)]
    [InlineData("postgres-15.18-minimal-debian12-amd64.tar", false)]
    [InlineData("postgresql15-server-15.18-1.x86_64.rpm", false)]
    public void Debug_information_is_told_by_the_name(string file, bool isSymbols) => Assert.Equal(isSymbols, ArtifactKinds.IsSymbols(file));
}
