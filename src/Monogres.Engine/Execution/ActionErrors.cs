using System.Text;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Store;
using Wire = Monogres.Protocol;

namespace Monogres.Engine.Execution;

/// <summary>Turns the ways in which an action ends badly into what a person reads.</summary>
public static class ActionErrors
{
    private const int LinesShown = 25;
    private const int BytesRead = 64 * 1024;
    private const int LongestLine = 1000;

    /// <summary>The error for an outcome that is not success: last lines of the log, where the whole log is, how to look inside.</summary>
    public static async ValueTask<UserErrorException> DescribeAsync(
        RunStep step, ActionOutcome outcome, IBlobStore blobs, CancellationToken cancel)
    {
        async ValueTask<UserErrorException> ErrorAsync(string message, IEnumerable<string> details, Wire.ActionResult result)
        {
            var log = await LogAsync(result, blobs, cancel);
            return new UserErrorException(message, step.Hint?.Invoke(log), [.. details, .. log]);
        }

        return outcome switch
        {
            ActionOutcome.Failed(var exitCode, var result) => await ErrorAsync($"`{step}` failed with exit code {exitCode}", [], result),
            ActionOutcome.TimedOut(var limit, var result) => await ErrorAsync($"`{step}` timed out after {limit.TotalMinutes:0} minutes", [], result),
            ActionOutcome.Refused(var reason, var details, var result) => await ErrorAsync($"the output of `{step}` cannot be used: {reason}", details, result),

            ActionOutcome.LimitExceeded(var limit, var allowed, var result) => new UserErrorException(
                $"`{step}` was stopped: it used up {Words(limit, allowed)}",
                $"if it needs more, run the command again with `--limit {ActionLimits.NameOf(limit)}={ActionLimits.Text(limit, 2 * allowed)}`",
                await LogAsync(result, blobs, cancel)),

            ActionOutcome.EngineFailed(var reason, var hint, var details) => new UserErrorException(
                $"`{step}` could not be run: {reason}", hint, details),

            _ => throw new InvalidOperationException($"no words for {outcome.GetType().Name} of `{step}`"),
        };
    }

    private static string Words(ActionLimit limit, long allowed) => limit switch
    {
        ActionLimit.Memory => $"the {ActionLimits.Text(limit, allowed)} of memory that an action may use",
        ActionLimit.Processes => $"the {allowed} processes that an action may have",
        ActionLimit.Temporary => $"the {ActionLimits.Text(limit, allowed)} that an action may have in /tmp",
        ActionLimit.Output => $"the {ActionLimits.Text(limit, allowed)} that an action may write",
        _ => $"the {ActionLimits.Text(limit, allowed)} that an action may print",
    };

    /// <summary>The line of a failed action's log that says most about why: the first that a compiler, make or PostgreSQL calls an error, else the last one.</summary>
    public static string FirstError(UserErrorException failure)
    {
        var lines = failure.Details.Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line.Trim()).Where(line => line.Length > 0).ToArray();
        return lines.FirstOrDefault(line => Marks.Any(mark => line.Contains(mark, StringComparison.Ordinal))) ?? lines.LastOrDefault() ?? failure.Message;
    }

    private static readonly string[] Marks = [" error: ", "fatal error:", "ERROR:", "FATAL:", "*** No rule", "undefined reference", "not found", "No such file"];

    private static async ValueTask<IReadOnlyList<string>> LogAsync(Wire.ActionResult result, IBlobStore blobs, CancellationToken cancel)
    {
        List<string> lines = [];
        foreach (var (name, digest) in new[] { ("stdout", result.StdoutDigest), ("stderr", result.StderrDigest) })
        {
            if (digest is null || digest.ToDigest() is not { Size: > 0 } log)
                continue;

            var (first, last) = await ReadAsync(blobs, log, cancel);
            // With several jobs at once, what went wrong first can stand far above the end.
            if (first is not null && !last.Contains(first, StringComparer.Ordinal))
                lines.AddRange([$"the first error in its {name}:", $"  {first}"]);
            lines.Add($"the last lines of its {name} (full log: `monogres store cat {log.Hash}`):");
            lines.AddRange(last.Select(line => $"  {line}"));
        }

        return lines;
    }

    // What compilers, linkers, configure and cmake put before what stops them, wherever it stands in a log.
    private static readonly string[] Stoppers = [": error: ", ": fatal error: ", ": undefined reference to ", "CMake Error"];

    private static async ValueTask<(string? First, IReadOnlyList<string> Last)> ReadAsync(IBlobStore blobs, Digest log, CancellationToken cancel)
    {
        try
        {
            var content = await blobs.OpenAsync(log, cancel);
            await using (content)
            {
                var (first, bytes) = await ReadAsync(content, (int)Math.Min(log.Size, BytesRead), cancel);
                return (first, [.. Printable(Encoding.UTF8.GetString(bytes)).TrimEnd('\n').Split('\n').TakeLast(LinesShown).Select(line => line.TrimEnd('\r'))]);
            }
        }
        catch (BlobMissingException)
        {
            return (null, ["(the log is lost)"]);
        }
    }

    /// <summary>The first line that tells of an error, and the end of a stream. Streams that are verified while they are read cannot be sought in: they are read from the start.</summary>
    private static async ValueTask<(string? First, byte[] Last)> ReadAsync(Stream content, int count, CancellationToken cancel)
    {
        string? first = null;
        var (last, buffer, line) = (new byte[count], new byte[BytesRead], new StringBuilder());
        while (await content.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            var taken = Math.Min(read, count);
            last.AsSpan(taken).CopyTo(last);
            buffer.AsSpan(read - taken, taken).CopyTo(last.AsSpan(count - taken));
            first ??= FindError(Encoding.UTF8.GetString(buffer, 0, read), line);
        }

        return (first ?? FindError("\n", line), last);
    }

    /// <summary>Looks through the lines that end in the next piece of a log; what stands behind its last line feed is kept for the piece after it.</summary>
    private static string? FindError(string piece, StringBuilder line)
    {
        var parts = piece.Split('\n');
        for (var i = 0; i < parts.Length; i++)
        {
            line.Append(parts[i].AsSpan(0, Math.Min(parts[i].Length, LongestLine - line.Length)));
            if (i == parts.Length - 1)
                break;

            var text = line.ToString();
            line.Clear();
            if (Stoppers.Any(mark => text.Contains(mark, StringComparison.Ordinal)))
                return Printable(text).Trim();
        }

        return null;
    }

    /// <summary>What a program wrote must not move the cursor, or do worse, in the reader's terminal.</summary>
    private static string Printable(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = char.IsControl(source[i]) && source[i] is not ('\n' or '\r' or '\t') ? '\uFFFD' : source[i];
    });
}
