using System.Text.Json;
using Monogres.Matrix;
using Monogres.Records;
using Monogres.Core;
using Monogres.Testing;

namespace Monogres.Matrix.Tests;

public class MatrixTableTests
{
    private static readonly MatrixRow Built = new()
    {
        Target = "postgres@15.18+full",
        Platform = "debian12-amd64",
        Toolchain = "gcc",
        Status = MatrixStatus.Built,
        Key = Digest.Of("key"u8),
        Date = new DateOnly(2026, 11, 22),
        Payload = Digest.Of("payload"u8),
        Builds = 1,
        Size = 71_234_567,
        Seconds = 412.3,
        Passed = 280,
        Tests = 280,
    };

    private static readonly MatrixTable Sample = MatrixTable.Empty
        .With(Built)
        .With(Built with { Target = "postgres@13.16+full", Status = MatrixStatus.TestsFailed, Passed = 279, Seconds = null, Reason = "failed: option:llvm | JIT" })
        .With(Built with { Target = "postgres@15.2+full", Status = MatrixStatus.NotRun, Payload = null, Builds = null, Size = null, Seconds = null, Passed = null, Tests = null, Reason = "cannot download `postgresql-15.2.tar.bz2`" })
        .With(Built with { Target = "pgvector@0.8.0/postgres@15.18+full", Level = ProofLevel.Tested, Passed = 24, Tests = 24, Builds = 2 })
        .With(Built with { Target = "ip4r@2.4.2/postgres@13.16+full", Level = ProofLevel.Tested, Passed = 5, Tests = 6, Reason = "text differs: another locale" })
        .With(Built with { Target = "ip4r@2.4.2/postgres@15.18+full", Level = ProofLevel.Tested, Passed = 5, Tests = 6, Reason = "text differs: another locale" })
        .With(Built with { Target = "postgres@15.18+debug", Status = MatrixStatus.Differs, Reason = "built again it gave 0123456789abcdef" })
        .With(Built with { Target = "pgvector@0.8.0/postgres@13.16+full", Status = MatrixStatus.TestsFailed, Level = ProofLevel.Created, Passed = 23, Tests = 24, Reason = "failed: btree" })
        .With(Built with { Target = "pgvector@0.5.0/postgres@15.18+full", Status = MatrixStatus.Failed, Payload = null, Builds = null, Size = null, Seconds = null, Passed = null, Tests = null, Reason = "vector.c:1:2: error: no" })
        .With(Built with { Target = "hstore@15.18/postgres@15.18+full", Level = ProofLevel.Created, Passed = 9, Tests = 9 })
        .With(Built with { Platform = "debian11-amd64", Status = MatrixStatus.Failed, Payload = null, Builds = null, Size = null, Seconds = null, Passed = null, Tests = null, Reason = "`postgres@15.18+full build` failed with exit code 2" });

    [Fact]
    public void A_table_reads_back_as_it_was_written() => Assert.Equal(Sample.ToText(), MatrixTable.Parse(Sample.ToText()).ToText());

    [Fact]
    public void The_file_is_known_to_the_byte() => Golden.Match(Sample.ToText(), "matrix.json");

    [Fact]
    public void The_page_is_known_to_the_byte() => Golden.Match(MatrixPage.Of(Sample), "matrix.md");

    [Fact]
    public void Rows_stand_in_one_order_however_they_came_in() =>
        Assert.Equal(Sample.ToText(), Sample.Rows.Reverse().Aggregate(MatrixTable.Empty, (table, row) => table.With(row)).ToText());

    [Fact]
    public void Versions_are_ordered_as_versions() =>
        Assert.Equal(["postgres@13.16+full", "postgres@15.2+full", "postgres@15.18+debug", "postgres@15.18+full"],
            Sample.Rows.Where(row => row.Platform is "debian12-amd64" && row.Target.StartsWith("postgres", StringComparison.Ordinal)).Select(row => row.Target));

    [Fact]
    public void A_row_takes_the_place_of_the_one_of_its_combination()
    {
        var table = Sample.With(Built with { Passed = 12 });
        Assert.Equal(Sample.Rows.Length, table.Rows.Length);
        Assert.Equal(12, table.Find("postgres@15.18+full", "debian12-amd64", "gcc")?.Passed);
    }

    [Theory]
    [InlineData("{}x")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"version":2,"rows":[]}""")]
    [InlineData("""{"version":1,"rows":[],"more":1}""")]
    [InlineData("""{"version":1,"rows":[{"target":"???","platform":"p","toolchain":"t","status":"Built","key":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/0","date":"2026-11-22"}]}""")]
    public void What_is_no_table_is_refused(string text) => Assert.Throws<JsonException>(() => MatrixTable.Parse(text));
}
