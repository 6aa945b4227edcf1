using System.Text;

namespace Monogres.Platforms.Signatures;

/// <summary>A text with its signatures around it (RFC 9580, section 7), as in an <c>InRelease</c> file.</summary>
internal sealed class ClearsignedText
{
    private const string Begin = "-----BEGIN PGP SIGNED MESSAGE-----";
    private const string BeginSignature = "-----BEGIN PGP SIGNATURE-----";

    private ClearsignedText(List<string> lines, byte[] signatures)
    {
        // Section 7.2: CRLF between lines, none after the last one, and no white space at the end of a line.
        Signed = Encoding.Latin1.GetBytes(string.Join("\r\n", lines));
        Text = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(string.Join('\n', lines) + "\n"));
        Signatures = signatures;
    }

    /// <summary>What the signatures were made over.</summary>
    public byte[] Signed { get; }

    /// <summary>Exactly what was signed, with LF after each line. Nothing else of the file may be used.</summary>
    public string Text { get; }

    /// <summary>The signature packets.</summary>
    public byte[] Signatures { get; }

    /// <summary>A text as it is signed and as it is written between the signature's lines; blanks at the end of a line are not part of it.</summary>
    /// <param name="text">Lines, each ended by LF.</param>
    /// <param name="sign">The signature packets for the bytes to sign.</param>
    public static string Write(string text, Func<byte[], byte[]> sign)
    {
        var lines = text.TrimEnd('\n').Split('\n').Select(line => line.TrimEnd(' ', '\t', '\r')).ToArray();
        var signature = Armor.Write(sign(Encoding.UTF8.GetBytes(string.Join("\r\n", lines))), "PGP SIGNATURE");
        return $"{Begin}\nHash: SHA512\n\n{string.Concat(lines.Select(line => $"{(line.StartsWith('-') ? "- " : "")}{line}\n"))}{signature}";
    }

    /// <exception cref="FormatException">The file is anything but one signed text: nothing may stand before or after it.</exception>
    public static ClearsignedText Parse(ReadOnlySpan<byte> file)
    {
        // Latin-1 keeps every byte as it is, whatever the text is encoded in.
        var lines = Encoding.Latin1.GetString(file).Split('\n').Select(line => line.TrimEnd(' ', '\t', '\r')).ToList();
        if (lines[0] is not Begin)
            throw new FormatException($"the first line is not {Begin}");

        var index = 1;
        for (; index < lines.Count && lines[index].Length > 0; index++)
        {
            if (!lines[index].StartsWith("Hash: ", StringComparison.Ordinal))
                throw new FormatException("only Hash may stand before the text");
        }

        var text = new List<string>();
        for (index++; index < lines.Count && lines[index] is not BeginSignature; index++)
            text.Add(Unescape(lines[index]));

        // What hashes a text takes a lone CR for the end of a line: a signature must not fit a text with fewer lines than was signed.
        if (text.Exists(line => line.Contains('\r', StringComparison.Ordinal)))
            throw new FormatException("a line of the text contains a carriage return");

        if (index >= lines.Count)
            throw new FormatException("the text is not followed by a signature: it is cut off");

        return new ClearsignedText(text, Armor.Read(string.Join('\n', lines[index..]), "PGP SIGNATURE"));
    }

    /// <summary>A line that begins with a dash has a dash and a space in front (section 7.1).</summary>
    private static string Unescape(string line) => !line.StartsWith('-') ? line
        : line.StartsWith("- ", StringComparison.Ordinal) ? line[2..]
        : line is "-" ? ""
        : throw new FormatException("a line of the text begins with a dash that is not escaped");
}
