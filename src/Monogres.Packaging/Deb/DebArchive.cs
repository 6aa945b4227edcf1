namespace Monogres.Packaging.Deb;

/// <summary>
/// Writes a Debian package (deb(5)): an ar archive of <c>debian-binary</c>, <c>control.tar.*</c> and <c>data.tar.*</c>, in that
/// order and with nothing behind them.
/// </summary>
public static class DebArchive
{
    /// <summary>What the name of the member with the control files starts with.</summary>
    public const string Control = "control.tar";

    /// <summary>What the name of the member with the installed files starts with.</summary>
    public const string Data = "data.tar";

    /// <summary>Writes the package.</summary>
    /// <param name="output">Where to write; stays open.</param>
    /// <param name="time">The modification time of the members.</param>
    /// <param name="control">The control files, compressed.</param>
    /// <param name="data">The installed files, compressed.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task WriteAsync(Stream output, DateTimeOffset time, DebMember control, DebMember data, CancellationToken cancel)
    {
        var version = "2.0\n"u8.ToArray();
        var archive = new ArWriter(output, time);
        using (var text = new MemoryStream(version))
            await archive.WriteAsync("debian-binary", version.Length, text, cancel);
        foreach (var member in (DebMember[])[control, data])
        {
            await using var content = await member.OpenAsync(cancel);
            await archive.WriteAsync(member.Name, member.Size, content, cancel);
        }
    }
}

/// <summary>A member of a package.</summary>
/// <param name="Name">Its name, which says how it is compressed: <c>data.tar.xz</c>.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="OpenAsync">Opens it for reading.</param>
public sealed record DebMember(string Name, long Size, Func<CancellationToken, ValueTask<Stream>> OpenAsync);
