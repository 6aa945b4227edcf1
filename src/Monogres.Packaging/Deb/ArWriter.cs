using System.Text;

namespace Monogres.Packaging.Deb;

/// <summary>
/// Writes the common ar format (ar(5)) as deb(5) narrows it: names without a slash behind them, owner and group 0, mode 100644,
/// one time for all.
/// </summary>
/// <param name="output">Where to write; stays open.</param>
/// <param name="time">The modification time of every member (seconds are kept).</param>
internal sealed class ArWriter(Stream output, DateTimeOffset time)
{
    private const int LongestName = 16;

    // As many digits as the field of the size has.
    private const long LargestMember = 9_999_999_999;

    private bool _started;

    /// <summary>Writes a member with exactly <paramref name="size"/> bytes of <paramref name="content"/>.</summary>
    public async Task WriteAsync(string name, long size, Stream content, CancellationToken cancel)
    {
        if (name.Length is 0 or > LongestName || size > LargestMember)
            throw new ArgumentException($"'{name}' of {size} bytes does not fit into the header of a member.", nameof(name));

        if (!_started)
            await output.WriteAsync("!<arch>\n"u8.ToArray(), cancel);
        _started = true;

        await output.WriteAsync(Encoding.ASCII.GetBytes($"{name,-16}{time.ToUnixTimeSeconds(),-12}{0,-6}{0,-6}{"100644",-8}{size,-10}`\n"), cancel);
        await CopyAsync(name, size, content, cancel);
        if (size % 2 == 1)
            await output.WriteAsync("\n"u8.ToArray(), cancel);
    }

    private async Task CopyAsync(string name, long size, Stream content, CancellationToken cancel)
    {
        var buffer = new byte[128 * 1024];
        long copied = 0;
        while (await content.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            await output.WriteAsync(buffer.AsMemory(0, read), cancel);
            copied += read;
        }

        if (copied != size)
            throw new InvalidDataException($"`{name}` has {copied} bytes and not {size}");
    }
}
