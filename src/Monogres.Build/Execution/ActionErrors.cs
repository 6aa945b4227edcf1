using System.Text;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Store;
using Wire = Monogres.Protocol;

namespace Monogres.Build.Execution;

/// <summary>Turns the ways in which an action ends badly into what a person reads.</summary>
public static class ActionErrors
{
    private const int LinesShown = 25;
    private const int BytesRead = 64 * 1024;

    /// <summary>The error for an outcome that is not success: last lines of the log, where the whole log is, how to look inside.</summary>
    public static async ValueTask<UserErrorException> DescribeAsync(
        ActionRequest request, ActionOutcome outcome, IBlobStore blobs, CancellationToken cancel)
    {
        var target = request.Name.Split(' ')[0];
        var look = $"look inside with `monogres shell {target}`";
        return outcome switch
        {
            ActionOutcome.Failed(var exitCode, var result) => new UserErrorException(
                $"`{request.Name}` failed with exit code {exitCode}", look, await LogAsync(result, blobs, cancel)),

            ActionOutcome.TimedOut(var limit, var result) => new UserErrorException(
                $"`{request.Name}` did not end within {limit.TotalMinutes:0} minutes", look, await LogAsync(result, blobs, cancel)),

            ActionOutcome.Refused(var reason, var details, var result) => new UserErrorException(
                $"the output of `{request.Name}` cannot be used: {reason}", look, [.. details, .. await LogAsync(result, blobs, cancel)]),

            ActionOutcome.EngineFailed(var reason, var hint, var details) => new UserErrorException(
                $"`{request.Name}` could not be run: {reason}", hint, details),

            _ => throw new InvalidOperationException($"no words for {outcome.GetType().Name} of `{request.Name}`"),
        };
    }

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

            lines.Add($"the last lines of its {name} (whole: `monogres store cat {log.Hash}`):");
            lines.AddRange((await TailAsync(blobs, log, cancel)).Select(line => $"  {line}"));
        }

        return lines;
    }

    private static async ValueTask<IEnumerable<string>> TailAsync(IBlobStore blobs, Digest log, CancellationToken cancel)
    {
        try
        {
            var content = await blobs.OpenAsync(log, cancel);
            await using (content)
            {
                var bytes = await LastBytesAsync(content, (int)Math.Min(log.Size, BytesRead), cancel);
                return Printable(Encoding.UTF8.GetString(bytes)).TrimEnd('\n').Split('\n').TakeLast(LinesShown).Select(line => line.TrimEnd('\r'));
            }
        }
        catch (BlobMissingException)
        {
            return ["(the log is lost)"];
        }
    }

    /// <summary>The end of a stream. Streams that are verified while they are read cannot be sought in: they are read from the start.</summary>
    private static async ValueTask<byte[]> LastBytesAsync(Stream content, int count, CancellationToken cancel)
    {
        var last = new byte[count];
        var buffer = new byte[BytesRead];
        while (await content.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            var taken = Math.Min(read, count);
            last.AsSpan(taken).CopyTo(last);
            buffer.AsSpan(read - taken, taken).CopyTo(last.AsSpan(count - taken));
        }

        return last;
    }

    /// <summary>What a program wrote must not move the cursor, or do worse, in the reader's terminal.</summary>
    private static string Printable(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = char.IsControl(source[i]) && source[i] is not ('\n' or '\r' or '\t') ? '\uFFFD' : source[i];
    });
}
