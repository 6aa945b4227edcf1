using System.Globalization;
using System.Text;

namespace Monogres.Sources.Upstreams;

/// <summary>
/// The framing of git's protocols: four hexadecimal digits that count themselves and the data after them; the counts 0, 1 and 2 carry
/// no data and end a message, separate its sections, or end the answer (gitprotocol-common(5), gitprotocol-v2(5)).
/// </summary>
public static class PktLines
{
    /// <summary>The most bytes of data that one line can have.</summary>
    public const int MaxData = 65516;

    private const int CountLength = 4;

    /// <summary>Ends a message.</summary>
    public static PktLine Flush { get; } = new(PktKind.Flush, "");

    /// <summary>Separates what is asked from its arguments.</summary>
    public static PktLine Delimiter { get; } = new(PktKind.Delimiter, "");

    /// <summary>A line with data; a line feed is put at its end.</summary>
    public static PktLine Text(string text) => new(PktKind.Data, text);

    /// <summary>Writes lines.</summary>
    /// <exception cref="ArgumentException">A line is too long.</exception>
    public static byte[] Write(params IEnumerable<PktLine> lines)
    {
        using var message = new MemoryStream();
        foreach (var line in lines)
        {
            var data = line.Kind is PktKind.Data ? Encoding.UTF8.GetBytes(line.Text + "\n") : [];
            if (data.Length > MaxData)
                throw new ArgumentException($"a line of {data.Length} bytes, and {MaxData} are allowed", nameof(lines));
            var count = line.Kind is PktKind.Data ? CountLength + data.Length : (int)line.Kind;
            message.Write(Encoding.ASCII.GetBytes(count.ToString("x4", CultureInfo.InvariantCulture)));
            message.Write(data);
        }

        return message.ToArray();
    }

    /// <summary>Reads lines to the end of the bytes; the line feed at the end of a line is no part of its text.</summary>
    /// <exception cref="FormatException">A count cannot be read, or what it counts is not there.</exception>
    public static IEnumerable<PktLine> Read(ReadOnlyMemory<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var rest = message.Span[at..];
            if (rest.Length < CountLength || !int.TryParse(rest[..CountLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var count) || count == 3)
                throw new FormatException($"byte {at} does not begin a line of git's protocol");
            if (count < CountLength)
            {
                at += CountLength;
                yield return new PktLine((PktKind)count, "");
                continue;
            }

            if (count > rest.Length)
                throw new FormatException($"the line at byte {at} has {count} bytes, and {rest.Length} came");
            var text = Encoding.UTF8.GetString(rest[CountLength..count]);
            at += count;
            yield return Text(text.EndsWith('\n') ? text[..^1] : text);
        }
    }
}

/// <summary>What a line of git's protocol is; the first three have their own count.</summary>
public enum PktKind
{
    /// <summary>The end of a message.</summary>
    Flush = 0,

    /// <summary>The end of a section.</summary>
    Delimiter = 1,

    /// <summary>The end of the whole answer.</summary>
    ResponseEnd = 2,

    /// <summary>Data.</summary>
    Data = 4,
}

/// <summary>A line of git's protocol.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its data, without the line feed at its end.</param>
public readonly record struct PktLine(PktKind Kind, string Text);
