using System.Text;

namespace Monogres.Platforms.Tests.Packages;

/// <summary>Writes ar archives for tests, also wrong ones.</summary>
public sealed class DebBuilder
{
    private readonly List<byte> _bytes = [.. "!<arch>\n"u8];

    /// <summary>A whole package around a tar archive.</summary>
    public static byte[] Around(byte[] data, string suffix = "") =>
        new DebBuilder().Member("debian-binary", "2.0\n"u8).Member("control.tar", new byte[1024]).Member("data.tar" + suffix, data).ToArray();

    public DebBuilder Member(string name, ReadOnlySpan<byte> content, string? size = null)
    {
        _bytes.AddRange(Encoding.ASCII.GetBytes($"{name,-16}{0,-12}{0,-6}{0,-6}{"100644",-8}{size ?? $"{content.Length}",-10}`\n"));
        _bytes.AddRange(content);
        if (content.Length % 2 == 1)
            _bytes.Add((byte)'\n');
        return this;
    }

    public DebBuilder Bytes(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];
}
