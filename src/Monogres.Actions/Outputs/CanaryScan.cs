using System.Buffers;
using System.Text;

namespace Monogres.Actions.Outputs;

/// <summary>Searches contents for canaries, all in one pass.</summary>
public sealed class CanaryScan
{
    private const int BufferSize = 64 * 1024;

    private readonly Lazy<(Canary Canary, string Bytes)[]> _lazy;
    private readonly Lazy<SearchValues<string>> _search;

    /// <summary>Prepares a search; canaries that are not meaningful are left out.</summary>
    /// <param name="canaries">Asked for when the first content is searched: a command that runs nothing needs none.</param>
    public CanaryScan(IEnumerable<Canary> canaries)
    {
        // The vectorised search for several texts works on characters: each byte becomes one (Latin-1).
        _lazy = new(() => [.. canaries.Where(canary => canary.IsMeaningful).Distinct().Select(canary => (canary, Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(canary.Text))))]);
        _search = new(() => SearchValues.Create([.. Canaries.Select(pair => pair.Bytes)], StringComparison.Ordinal));
    }

    private (Canary Canary, string Bytes)[] Canaries => _lazy.Value;

    private int Longest => Canaries.Select(pair => pair.Bytes.Length).DefaultIfEmpty(1).Max();

    /// <summary>A search for nothing.</summary>
    public static CanaryScan None { get; } = new([]);

    /// <summary>Whether there is nothing to search for.</summary>
    public bool IsEmpty => Canaries.Length == 0;

    /// <summary>The first place of each canary that is in a content, which is read to its end.</summary>
    public async ValueTask<IReadOnlyList<CanaryHit>> FindAsync(Stream content, CancellationToken cancel)
    {
        if (IsEmpty)
            return [];

        var longest = Longest;
        var bytes = ArrayPool<byte>.Shared.Rent(BufferSize);
        var text = ArrayPool<char>.Shared.Rent(BufferSize + longest);
        try
        {
            var hits = new List<CanaryHit>();
            long position = 0;
            var kept = 0;
            for (int count; (count = await content.ReadAsync(bytes.AsMemory(0, BufferSize), cancel)) > 0; position += count)
            {
                Encoding.Latin1.GetChars(bytes.AsSpan(0, count), text.AsSpan(kept));
                var filled = kept + count;
                Search(text.AsSpan(0, filled), position - kept, hits);

                // A canary may lie across two blocks.
                kept = Math.Min(longest - 1, filled);
                text.AsSpan(filled - kept, kept).CopyTo(text);
            }

            return hits;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<char>.Shared.Return(text);
        }
    }

    private void Search(ReadOnlySpan<char> text, long position, List<CanaryHit> hits)
    {
        for (int next, at = 0; at < text.Length && (next = text[at..].IndexOfAny(_search.Value)) >= 0; at++)
        {
            at += next;
            foreach (var (canary, bytes) in Canaries)
            {
                if (text[at..].StartsWith(bytes, StringComparison.Ordinal) && !hits.Exists(hit => hit.Canary == canary))
                    hits.Add(new CanaryHit(canary, position + at));
            }
        }
    }
}

/// <summary>A canary found in a content.</summary>
/// <param name="Canary">What was found.</param>
/// <param name="Offset">Where it begins, in bytes.</param>
public readonly record struct CanaryHit(Canary Canary, long Offset);
