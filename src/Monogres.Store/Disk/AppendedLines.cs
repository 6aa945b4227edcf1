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
        using var file = Open(path);
        var length = RandomAccess.GetLength(file);
        var start = length > 0 && !EndsWithLine(path) ? "\n" : "";

        // The kernel appends, whatever offset is given (pwrite(2), BUGS).
        RandomAccess.Write(file, Encoding.UTF8.GetBytes($"{start}{line}\n"), length);
    }

    /// <summary>The whole lines of a file but for empty ones; nothing when it is not there.</summary>
    public static async IAsyncEnumerable<string> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!File.Exists(path))
            yield break;

        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), Encoding.UTF8);
        var endsWithLine = EndsWithLine(path);
        var line = await reader.ReadLineAsync(cancel);
        while (line is not null)
        {
            var next = await reader.ReadLineAsync(cancel);
            // A writer that saw half of what another was writing has ended that line once more.
            if (line.Length > 0 && (next is not null || endsWithLine))
                yield return line;
            line = next;
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

    private static bool EndsWithLine(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        Span<byte> last = stackalloc byte[1];
        return length > 0 && RandomAccess.Read(file, last, length - 1) == 1 && last[0] == (byte)'\n';
    }
}
