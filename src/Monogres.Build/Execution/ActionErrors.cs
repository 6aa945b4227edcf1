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
                var bytes = new byte[Math.Min(log.Size, BytesRead)];
                if (content.CanSeek)
                    content.Seek(-bytes.Length, SeekOrigin.End);
                await content.ReadExactlyAsync(bytes, cancel);
                return Encoding.UTF8.GetString(bytes).TrimEnd('\n').Split('\n').TakeLast(LinesShown);
            }
        }
        catch (BlobMissingException)
        {
            return ["(the log is lost)"];
        }
    }
}
