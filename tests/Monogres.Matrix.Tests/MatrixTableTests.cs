using Monogres.Results.Testing;
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

    private static readonly MatrixRow[] Rows =
    [
        Built with { Proofs = [new MatrixProof(1, ["path", "clock"], [], new DateOnly(2026, 11, 23))] },
        Built with { Target = "postgres@13.16+full", Status = MatrixStatus.TestsFailed, Passed = 279, Seconds = null, Reason = "failed: option:llvm | JIT" },
        Built with { Target = "postgres@15.2+full", Status = MatrixStatus.NotRun, Payload = null, Builds = null, Size = null, Seconds = null, Passed = null, Tests = null, Reason = "cannot download `postgresql-15.2.tar.bz2`" },
        Built with { Target = "pgvector@0.8.0/postgres@15.18+full", Level = TestLevel.Tested, Passed = 24, Tests = 24, Builds = 2, Proofs = [new MatrixProof(2, ["path", "clock"], ["runner"], new DateOnly(2026, 11, 23)), new MatrixProof(1, ["umask"], [], new DateOnly(2026, 11, 24))] },
        Built with { Target = "ip4r@2.4.2/postgres@13.16+full", Level = TestLevel.Tested, Passed = 5, Tests = 6, Reason = "text differs: another locale" },
        Built with { Target = "ip4r@2.4.2/postgres@15.18+full", Level = TestLevel.Tested, Passed = 5, Tests = 6, Reason = "text differs: another locale" },
        Built with { Target = "postgres@15.18+debug", Status = MatrixStatus.Differs, Reason = "a second build gave 0123456789abcdef" },
        Built with { Target = "pgvector@0.8.0/postgres@13.16+full", Status = MatrixStatus.TestsFailed, Level = TestLevel.Created, Passed = 23, Tests = 24, Reason = "failed: btree" },
        Built with { Target = "pgvector@0.5.0/postgres@15.18+full", Status = MatrixStatus.Failed, Payload = null, Builds = null, Size = null, Seconds = null, Passed = null, Tests = null, Reason = "vector.c:1:2: error: no" },
        Built with { Target = "hstore@15.18/postgres@15.18+full", Level = TestLevel.Created, Passed = 9, Tests = 9 },
        Built with { Platform = "debian11-amd64", Status = MatrixStatus.Failed, Payload = null, Builds = null, Size = null, Seconds = null, Passed = null, Tests = null, Reason = "`postgres@15.18+full build` failed with exit code 2" },
    ];

    private static readonly MatrixTable Sample = new(Rows);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_reads_back_as_it_was_written()
    {
        using var directory = new TemporaryDirectory();
        var files = new MatrixFiles(directory["matrix"]);
        foreach (var row in Rows)
            files.Append(row);
        await files.SortAsync(Cancel);
        Assert.Equal(Text(Sample), Text(await files.ReadAsync(Cancel)));
        Golden.Match(await File.ReadAllTextAsync(directory["matrix/matrix.jsonl"], Cancel), "matrix.jsonl");
        Golden.Match(await File.ReadAllTextAsync(directory["matrix/matrix.md"], Cancel), "matrix.md");
    }

    [Fact]
    public async Task Rows_that_are_appended_are_read_and_the_last_one_of_a_combination_counts()
    {
        using var directory = new TemporaryDirectory();
        var files = new MatrixFiles(directory["matrix"]);
        foreach (var row in Rows)
            files.Append(row);
        files.Append(Built with { Passed = 12 });
        files.Append(Built with { Passed = 13 });
        var table = await files.ReadAsync(Cancel);
        Assert.Equal((Sample.Count, 13), (table.Count, table.Find(new TargetId(TargetName.Parse(Built.Target), PlatformName.Parse(Built.Platform), "gcc"))?.Passed));
    }

    [Fact]
    public async Task Rows_that_another_process_added_are_kept_when_the_table_is_sorted()
    {
        using var directory = new TemporaryDirectory();
        var files = new MatrixFiles(directory["matrix"]);
        await files.SortAsync(Cancel);
        await Parallel.ForEachAsync(Rows, Cancel, async (row, stop) =>
        {
            var another = new MatrixFiles(directory["matrix"]);
            another.Append(row);
            await another.SortAsync(stop);
        });
        Assert.Equal(Text(Sample), Text(await files.ReadAsync(Cancel)));
        Assert.Equal(Text(Sample), await File.ReadAllTextAsync(directory["matrix/matrix.jsonl"], Cancel));
    }

    [Fact]
    public async Task A_row_that_a_killed_run_left_half_written_is_not_read_and_hides_none_that_follows()
    {
        using var directory = new TemporaryDirectory();
        var files = new MatrixFiles(directory.Path);
        files.Append(Built);
        await File.AppendAllTextAsync(directory["matrix.jsonl"], """{"target":"postgres@15""", Cancel);
        Assert.Equal(1, (await files.ReadAsync(Cancel)).Count);
    }

    [Fact]
    public void Rows_stand_in_one_order_however_they_came_in() => Assert.Equal(Text(Sample), Text(new MatrixTable(Rows.Reverse())));

    [Fact]
    public void Versions_are_ordered_as_versions() =>
        Assert.Equal(["postgres@13.16+full", "postgres@15.2+full", "postgres@15.18+debug", "postgres@15.18+full"],
            Sample.Rows.Where(row => row.Platform is "debian12-amd64" && row.Target.StartsWith("postgres", StringComparison.Ordinal)).Select(row => row.Target));

    [Theory]
    [InlineData("{}x")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"target":"???","platform":"p","toolchain":"t","status":"Built","key":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/0","date":"2026-11-22"}""")]
    public async Task What_is_no_table_is_refused_with_the_line(string text)
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory["matrix.jsonl"], $"{Built.ToLine()}\n{text}\n", Cancel);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => new MatrixFiles(directory.Path).ReadAsync(Cancel));
        Assert.StartsWith($"`{directory["matrix.jsonl"]}`, line 2, is not a row of results: ", error.Message, StringComparison.Ordinal);
    }

    private static string Text(MatrixTable table) => string.Concat(table.Rows.Select(row => row.ToLine() + "\n"));
}
