using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Monogres.Store.Disk;

/// <summary>
/// Files that only grow, a record a line. A line is one write to a file that is opened for appending, so processes that
/// append at once do not mix theirs. What a killed process left without its end of line is never read as a record.
/// </summary>
public static class AppendedLines
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Adds a line.</summary>
    /// <param name="path">The file; made, with its directory, when it is not there.</param>
    /// <param name="line">Not empty, and without an end of line.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Add(string path, string line)
    {
        using var file = OpenLocked(path, shared: true);
        var length = RandomAccess.GetLength(file);
        var start = length > 0 && !EndsWithLine(path) ? "\n" : "";

        // The kernel appends, whatever offset is given (pwrite(2), BUGS).
        RandomAccess.Write(file, Encoding.UTF8.GetBytes($"{start}{line}\n"), length);
    }

    /// <summary>The whole lines of a file but for empty ones; nothing when it is not there.</summary>
    public static IAsyncEnumerable<string> ReadAsync(string path, CancellationToken cancel) => ReadLastAsync(path, long.MaxValue, cancel);

    /// <summary>The whole lines in the end of a file but for empty ones; nothing when it is not there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">How many bytes of its end are read; a line that begins before them is left out.</param>
    /// <param name="cancel">Stops.</param>
    public static async IAsyncEnumerable<string> ReadLastAsync(string path, long most, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (TryOpenToRead(path) is not { } file)
            yield break;

        var stream = new FileStream(file, FileAccess.Read);
        var skipped = Math.Max(0, stream.Length - most);
        // From the byte before on, so that what is left out up to the first end of line is no whole line.
        stream.Position = Math.Max(0, skipped - 1);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var endsWithLine = EndsWithLine(path);
        var line = await reader.ReadLineAsync(cancel);
        if (skipped > 0)
            line = await reader.ReadLineAsync(cancel);
        while (line is not null)
        {
            var next = await reader.ReadLineAsync(cancel);
            // A writer that saw half of what another was writing has ended that line once more.
            if (line.Length > 0 && (next is not null || endsWithLine))
                yield return line;
            line = next;
        }
    }

    /// <summary>Writes the file anew, while nobody appends to it: what others have added until then is among the lines.</summary>
    /// <param name="path">The file; made, with its directory, when it is not there.</param>
    /// <param name="rewrite">From the lines that are there to the whole text of the file.</param>
    /// <param name="cancel">Stops, and leaves the file as it is.</param>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static async Task RewriteAsync(string path, Func<IReadOnlyList<string>, string> rewrite, CancellationToken cancel)
    {
        using var file = OpenLocked(path, shared: false);
        List<string> lines = [];
        await foreach (var line in ReadAsync(path, cancel))
            lines.Add(line);
        await AtomicFile.WriteTextAsync(path, rewrite(lines), cancel);
    }

    // The lock is on the file and not on its name: whoever waited while the file was replaced opens the new one.
    private static SafeFileHandle OpenLocked(string path, bool shared)
    {
        while (true)
        {
            var file = Open(path);
            while (!LibC.TryLock(file, path, shared))
                Thread.Sleep(1);
            if (LibC.Stat(path) is { } named && named.Identity == LibC.Stat(file, path).Identity)
                return file;
            file.Dispose();
        }
    }

    private static SafeFileHandle Open(string path)
    {
        const int flags = LibC.WriteOnlyAccess | LibC.Create | LibC.AppendOnly;
        if (LibC.TryOpen(path, flags, Mode, out var error) is { } handle)
            return handle;
        if (error != LibC.NoEntry)
            throw LibC.Failed(error, "cannot open", path);

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return LibC.TryOpen(path, flags, Mode, out error) ?? throw LibC.Failed(error, "cannot open", path);
    }

    // File.OpenHandle takes a lock of its own on what it opens (flock), which is not to meet those above.
    private static SafeFileHandle? TryOpenToRead(string path) => LibC.TryOpen(path, LibC.ReadOnlyAccess, default, out var error) is { } file ? file
        : error == LibC.NoEntry ? null
        : throw LibC.Failed(error, "cannot open", path);

    private static bool EndsWithLine(string path)
    {
        using var file = TryOpenToRead(path);
        var length = file is null ? 0 : RandomAccess.GetLength(file);
        Span<byte> last = stackalloc byte[1];
        return length > 0 && RandomAccess.Read(file!, last, length - 1) == 1 && last[0] == (byte)'\n';
    }
}
