using System.Collections.Immutable;
using System.Text;
using Monogres.Actions;
using Monogres.Engine.Execution;
using Monogres.Engine.Steps;
using Monogres.Core;
using Monogres.Store;
using Monogres.Testing;
using Monogres.Testing.Stores;
using Wire = Monogres.Protocol;

namespace Monogres.Engine.Tests.Execution;

public class ActionErrorsTests
{
    private static readonly RunStep Request = new(
        new StepName("postgres@15.18+minimal", "build"), [], new StepCommand([], ImmutableSortedDictionary<string, string>.Empty, RelativePath.Root, TimeSpan.FromHours(1)))
    { Hint = _ => "inspect its sandbox with `monogres shell postgres@15.18+minimal`" };

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_way_to_end_badly_has_its_words()
    {
        var log = await FakeActionRunner.ResultAsync(_blobs, 2, "== make\nmake: *** [all] Error 2\n", Cancel);
        var both = log.Clone();
        both.StderrDigest = (await _blobs.PutAsync("a warning\n"u8.ToArray(), Cancel)).ToWire();
        var lost = new Wire.ActionResult { StdoutDigest = Digest.Of("gone"u8).ToWire() };
        ActionOutcome[] outcomes =
        [
            new ActionOutcome.Failed(2, log),
            new ActionOutcome.Failed(137, both),
            new ActionOutcome.Failed(1, new Wire.ActionResult()),
            new ActionOutcome.Failed(1, lost),
            new ActionOutcome.TimedOut(TimeSpan.FromHours(4), log),
            .. Enum.GetValues<ActionLimit>().Select(limit => new ActionOutcome.LimitExceeded(limit, limit == ActionLimit.Processes ? 4096 : 8L << 30, log)),
            new ActionOutcome.Refused("a file holds the host name", ["usr/bin/postgres at byte 4711"], log),
            new ActionOutcome.EngineFailed("user namespaces are not allowed", "sysctl -w user.max_user_namespaces=10000", ["unshare: Operation not permitted"]),
        ];
        var text = new StringBuilder();
        foreach (var outcome in outcomes)
            text.Append(Text(await ActionErrors.DescribeAsync(Request, outcome, _blobs, Cancel))).Append('\n');
        Golden.Match(text.ToString(), "action-errors.txt");
    }

    [Fact]
    public async Task Of_a_long_log_the_last_lines_are_shown()
    {
        var result = await FakeActionRunner.ResultAsync(_blobs, 1, string.Concat(Enumerable.Range(1, 20_000).Select(line => $"line {line}\n")), Cancel);
        // As the tool reads it: verified, and so from the start.
        var error = await ActionErrors.DescribeAsync(Request, new ActionOutcome.Failed(1, result), new VerifyingBlobStore(_blobs), Cancel);
        Assert.Equal(Enumerable.Range(19_976, 25).Select(line => $"  line {line}"), error.Details.Skip(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65_500)]
    [InlineData(65_536)]
    [InlineData(400_000)]
    public async Task The_first_error_is_shown_however_far_above_the_end_it_stands(int before)
    {
        const string Error = "src/loader.c:66:2: error: #error \"Unsupported PostgreSQL version\"";
        var log = $"{new string('x', before)}\n{Error}\nsrc/loader.c:70:2: error: another\n{string.Concat(Enumerable.Range(1, 40).Select(line => $"gmake: line {line}\n"))}gmake: *** [Makefile:136: all] Error 2";
        var result = await FakeActionRunner.ResultAsync(_blobs, 2, log, Cancel);
        var error = await ActionErrors.DescribeAsync(Request, new ActionOutcome.Failed(2, result), new VerifyingBlobStore(_blobs), Cancel);
        Assert.Equal(["the first error in its stdout:", $"  {Error}"], error.Details.Take(2));
        Assert.Equal(Error, ActionErrors.FirstError(error));
    }

    [Fact]
    public async Task Bytes_of_a_log_that_would_move_the_cursor_are_not_shown()
    {
        var result = await FakeActionRunner.ResultAsync(_blobs, 1, "\e[2Jcleared\r\n\atab\there\n", Cancel);
        var error = await ActionErrors.DescribeAsync(Request, new ActionOutcome.Failed(1, result), _blobs, Cancel);
        Assert.Equal(["  \uFFFD[2Jcleared", "  \uFFFDtab\there"], error.Details.Skip(1));
    }

    private static string Text(UserErrorException error) =>
        $"{error.Message}\n{string.Concat(error.Details.Select(line => $"  {line}\n"))}hint: {error.Hint ?? "-"}\n";
}
