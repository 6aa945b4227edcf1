using System.Globalization;
using System.Text;

namespace Monogres.Sources.Git;

/// <summary>
/// Writes what <c>git archive --format=tar --prefix=PREFIX/ COMMIT</c> writes, to the byte: ustar, with pax headers for the commit and
/// for long names, times of the commit, and modes as git's own umask of 002 leaves them. It reads no settings of the machine.
/// See git-archive(1), and <c>archive-tar.c</c> of git for the fields.
/// </summary>
/// <param name="repository">Has the commit.</param>
public sealed class GitArchiveWriter(GitRepository repository)
{
    private const int Block = 512, Record = 20 * Block, NameLength = 100, PrefixLength = 155;
    private const int FileMode = 0x1b4, ExecutableMode = 0x1fd, LinkMode = 0x1ff, HeaderMode = 0x1b6; // 0664, 0775, 0777, 0666

    /// <summary>Writes the archive.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="prefix">The directory that everything is in.</param>
    /// <param name="output">Where to.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="Core.UserErrorException">An object is damaged, or the files say that archives differ from them.</exception>
    /// <exception cref="GitObjectMissingException">An object is not there.</exception>
    public async Task WriteAsync(GitCommit commit, string prefix, Stream output, CancellationToken cancel)
    {
        var tar = new Blocks(output, commit.Seconds);
        var comment = PaxRecord("comment", commit.Id);
        await tar.WriteAsync("pax_global_header", "", 'g', HeaderMode, "", comment, cancel);
        await WriteAsync(tar, $"{prefix}/", commit.Tree, 'd', default, cancel);

        // A directory stands before the first file in it; one without files does not stand there at all.
        var waiting = new List<GitEntry>();
        foreach (var entry in repository.Entries(commit))
        {
            waiting.RemoveAll(directory => !entry.Path.StartsWith(directory.Path + "/", StringComparison.Ordinal));
            if (entry.Kind is GitEntryKind.Directory)
            {
                waiting.Add(entry);
                continue;
            }

            foreach (var directory in waiting)
                await WriteAsync(tar, $"{prefix}/{directory.Path}/", directory.Id, 'd', default, cancel);
            waiting.Clear();
            var content = repository.Content(entry);
            GitAttributes.Check(entry, content.Span);
            await WriteAsync(tar, $"{prefix}/{entry.Path}", entry.Id, entry.Kind switch { GitEntryKind.Link => 'l', GitEntryKind.Executable => 'x', _ => 'f' }, content, cancel);
        }

        await tar.EndAsync(cancel);
    }

    private static async Task WriteAsync(Blocks tar, string path, string id, char kind, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        var extended = new MemoryStream();
        var name = Encoding.UTF8.GetBytes(path);
        var (shortName, above) = Split(name);
        if (shortName is null)
        {
            extended.Write(PaxRecord("path", name).Span);
            shortName = Encoding.ASCII.GetBytes($"{id}.data");
        }

        var link = kind is 'l' ? content : default;
        if (link.Length > NameLength)
        {
            extended.Write(PaxRecord("linkpath", link.Span).Span);
            link = Encoding.ASCII.GetBytes($"see {id}.paxheader");
        }

        if (extended.Length > 0)
            await tar.WriteAsync($"{id}.paxheader", "", 'x', HeaderMode, "", extended.ToArray(), cancel);
        var (type, mode) = kind switch { 'd' => ('5', ExecutableMode), 'l' => ('2', LinkMode), 'x' => ('0', ExecutableMode), _ => ('0', FileMode) };
        await tar.WriteAsync(shortName, above, type, mode, link, type is '0' ? content : default, cancel);
    }

    // What fits neither the name nor name and prefix, which are joined by a slash, is a pax header's affair.
    private static (byte[]? Name, byte[] Prefix) Split(byte[] path)
    {
        if (path.Length <= NameLength)
            return (path, []);

        var at = Math.Min(path[^1] == (byte)'/' ? path.Length - 1 : path.Length, PrefixLength);
        do
            at--;
        while (at > 0 && path[at] != (byte)'/');
        return at > 0 && path.Length - at - 1 <= NameLength ? (path[(at + 1)..], path[..at]) : (null, []);
    }

    private static ReadOnlyMemory<byte> PaxRecord(string key, string value) => PaxRecord(key, Encoding.UTF8.GetBytes(value));

    // LENGTH KEY=VALUE\n, and the length counts its own digits, too.
    private static ReadOnlyMemory<byte> PaxRecord(string key, ReadOnlySpan<byte> value)
    {
        var rest = key.Length + value.Length + 3;
        var length = rest + 1;
        while (length != rest + length.ToString(CultureInfo.InvariantCulture).Length)
            length++;
        return (byte[])[.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length} {key}=")), .. value, (byte)'\n'];
    }

    /// <summary>Headers and contents in blocks, the whole in records.</summary>
    private sealed class Blocks(Stream output, long seconds)
    {
        private static readonly byte[] Nothing = new byte[Record];
        private long _written;

        public Task WriteAsync(string name, string prefix, char type, int mode, string link, ReadOnlyMemory<byte> content, CancellationToken cancel) =>
            WriteAsync(Encoding.ASCII.GetBytes(name), Encoding.ASCII.GetBytes(prefix), type, mode, Encoding.ASCII.GetBytes(link), content, cancel);

        public async Task WriteAsync(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> prefix, char type, int mode, ReadOnlyMemory<byte> link, ReadOnlyMemory<byte> content, CancellationToken cancel)
        {
            var header = new byte[Block];
            name.CopyTo(header);
            Octal(header, 100, 7, mode);
            Octal(header, 108, 7, 0);
            Octal(header, 116, 7, 0);
            Octal(header, 124, 11, content.Length);
            Octal(header, 136, 11, seconds);
            header[156] = (byte)type;
            link.CopyTo(header.AsMemory(157));
            "ustar\000"u8.CopyTo(header.AsSpan(257));
            "00"u8.CopyTo(header.AsSpan(263));
            "root"u8.CopyTo(header.AsSpan(265));
            "root"u8.CopyTo(header.AsSpan(297));
            Octal(header, 329, 7, 0);
            Octal(header, 337, 7, 0);
            prefix.CopyTo(header.AsMemory(345));
            // The sum is taken with spaces in its own place.
            Octal(header, 148, 7, header.Sum(b => b) + (8 * ' '));
            await WriteAsync(header, cancel);
            await WriteAsync(content, cancel);
            await WriteAsync(Nothing.AsMemory(0, (int)((Block - (content.Length % Block)) % Block)), cancel);
        }

        // Two empty blocks at least, to the end of a record.
        public async Task EndAsync(CancellationToken cancel)
        {
            var left = Record - (int)(_written % Record);
            await WriteAsync(Nothing.AsMemory(0, left), cancel);
            if (left < 2 * Block)
                await WriteAsync(Nothing, cancel);
        }

        private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
        {
            await output.WriteAsync(bytes, cancel);
            _written += bytes.Length;
        }

        private static void Octal(byte[] header, int at, int digits, long value) =>
            Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(digits, '0')).CopyTo(header, at);
    }
}
