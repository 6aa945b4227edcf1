using System.Text;
using Org.BouncyCastle.Bcpg;

namespace Monogres.Platforms.Signatures;

/// <summary>OpenPGP's text form of binary data (RFC 9580, section 6).</summary>
internal static class Armor
{
    /// <summary>The bytes in the armor that begins at the first of these lines: no other text may stand around it.</summary>
    /// <param name="text">From <c>-----BEGIN PGP …-----</c> to the end.</param>
    /// <param name="kind">What must be inside: <c>PGP SIGNATURE</c>.</param>
    /// <exception cref="FormatException">The armor is not one, not of this kind, or damaged.</exception>
    public static byte[] Read(string text, string kind)
    {
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n', ' ').Split('\n').Select(line => line.TrimEnd()).ToArray();
        if (lines.Length < 3 || !lines[0].Equals($"-----BEGIN {kind}-----", StringComparison.Ordinal) || !lines[^1].Equals($"-----END {kind}-----", StringComparison.Ordinal))
            throw new FormatException($"the armor of a {kind} begins or ends with something else");

        var blank = Array.IndexOf(lines, "");
        if (blank < 0)
            throw new FormatException("armor has an empty line before its data");

        var data = lines[(blank + 1)..^1];
        var checksum = data is [.., { Length: 5 } last] && last.StartsWith('=') ? last : null;
        var bytes = FromBase64(string.Concat(checksum is null ? data : data[..^1]));
        if (checksum is not null && !FromBase64(checksum[1..]).AsSpan().SequenceEqual(Checksum(bytes)))
            throw new FormatException("the checksum of the armor does not fit: the text is damaged");

        return bytes;
    }

    /// <summary>The bytes of a file that is either binary or in armor.</summary>
    public static byte[] ReadIfArmored(byte[] file, string kind) =>
        file.AsSpan().StartsWith("-----BEGIN"u8) ? Read(Encoding.UTF8.GetString(file), kind) : file;

    /// <summary>The bytes in armor, with a final line end.</summary>
    public static string Write(byte[] bytes, string kind)
    {
        var text = new StringBuilder($"-----BEGIN {kind}-----\n\n");
        foreach (var line in Convert.ToBase64String(bytes).Chunk(64))
            text.Append(line).Append('\n');
        return text.Append($"={Convert.ToBase64String(Checksum(bytes))}\n-----END {kind}-----\n").ToString();
    }

    private static byte[] FromBase64(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException error)
        {
            throw new FormatException("the armor is not base64", error);
        }
    }

    /// <summary>The checksum of section 6.1.1: it finds accidents, and is optional.</summary>
    private static byte[] Checksum(byte[] bytes)
    {
        var crc = new Crc24();
        foreach (var value in bytes)
            crc.Update(value);

        return [(byte)(crc.Value >> 16), (byte)(crc.Value >> 8), (byte)crc.Value];
    }
}
