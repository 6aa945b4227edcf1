using Monogres.Proof.Comparison.Causes;
using Monogres.Proof.Comparison.Containers;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Contents;

/// <summary>Compares contents too large to be looked into, and bytes that no reader accounts for: around the first place that differs.</summary>
internal static class LargeComparison
{
    private const int Before = 256, After = 1024;

    /// <summary>The difference.</summary>
    /// <param name="path">Where.</param>
    /// <param name="kind">In what.</param>
    /// <param name="remark">What is to say about it, one sentence.</param>
    /// <param name="one">The first content.</param>
    /// <param name="other">The second.</param>
    /// <param name="at">The offset of the first byte that differs.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<Difference> CompareAsync(string path, DifferenceKind kind, string remark, Content one, Content other, long at, CancellationToken cancel)
    {
        var found = new DifferenceBuilder(path, kind).Say(new Detail($"{remark}; the first difference is at byte {at}"));
        if (one.Size is { } size && other.Size is { } otherSize && size != otherSize)
            found.Say(new Detail("size", $"{size} bytes", $"{otherSize} bytes"));

        var start = Math.Max(0, at - Before);
        var (here, there) = (await WindowAsync(one, start, cancel), await WindowAsync(other, start, cancel));
        var offset = (int)(at - start);
        if (StringRuns.Around(here.Span, offset) is { } text && StringRuns.Around(there.Span, offset) is { } otherText)
        {
            found.AddTexts($"string at byte {at}", text, otherText);
        }
        else
        {
            var length = Math.Min(16, Math.Min(here.Length, there.Length) - offset);
            found.Add(
                new Detail($"bytes at {at}", Convert.ToHexStringLower(here.Span.Slice(offset, Math.Min(16, here.Length - offset))), Convert.ToHexStringLower(there.Span.Slice(offset, Math.Min(16, there.Length - offset)))),
                length > 0 ? BytesComparison.EvidenceOf(here, there, offset, length, start) : null);
        }

        return found.Build();
    }

    private static async Task<ReadOnlyMemory<byte>> WindowAsync(Content content, long start, CancellationToken cancel)
    {
        await using var stream = await content.OpenAsync(cancel);
        var buffer = new byte[1 << 16];
        for (var left = start; left > 0;)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancel);
            left = count == 0 ? 0 : left - count;
        }

        var window = new byte[Before + After];
        return window.AsMemory(0, await stream.ReadAtLeastAsync(window, window.Length, throwOnEndOfStream: false, cancel));
    }
}
