using System.Collections.Immutable;
using System.Text;
using Monogres.Core;

namespace Monogres.Store;

/// <summary>Reads blobs that hold lines of text, such as logs, one line at a time: neither a blob nor a line need fit into one string.</summary>
public static class BlobLines
{
    /// <summary>The longest line, in characters; what is behind is passed over.</summary>
    public const int LongestLine = 64 * 1024;

    /// <summary>The lines, without their ends (<c>\n</c> or <c>\r\n</c>). What is not UTF-8 is replaced.</summary>
    /// <exception cref="BlobMissingException">The blob is not here.</exception>
    public static async Task<ImmutableArray<string>> ReadLinesAsync(this IBlobStore blobs, Digest text, CancellationToken cancel)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        var (line, buffer) = (new StringBuilder(), new char[16 * 1024]);
        using var reader = new StreamReader(await blobs.OpenAsync(text, cancel), Encoding.UTF8);
        while (await reader.ReadAsync(buffer, cancel) is > 0 and var count)
        {
            var rest = buffer.AsMemory(0, count);
            for (int end; (end = rest.Span.IndexOf('\n')) >= 0; rest = rest[(end + 1)..])
            {
                Append(rest[..end]);
                lines.Add(line.ToString().TrimEnd('\r'));
                line.Clear();
            }

            Append(rest);
        }

        if (line.Length > 0)
            lines.Add(line.ToString());
        return lines.ToImmutable();

        void Append(ReadOnlyMemory<char> more) => line.Append(more[..Math.Min(more.Length, LongestLine - line.Length)]);
    }
}
