using System.Text;

namespace Monogres.Sandbox;

/// <summary>Keeps the beginning and the end of a log: what a command prints in millions of lines says nothing in the middle that anybody reads.</summary>
internal static class BoundedLog
{
    /// <summary>How much is kept of the beginning, and of the end, in bytes.</summary>
    public const int Kept = 8 * 1024 * 1024;

    /// <summary>Shortens a file that is longer than what is kept, at line ends, and says in it how much was left out.</summary>
    /// <param name="path">Nobody writes to it any more.</param>
    /// <param name="kept">Of the beginning and of the end, in bytes.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Shorten(string path, int kept = Kept)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        var size = RandomAccess.GetLength(file);
        if (size <= 2L * kept)
            return;

        var buffer = new byte[kept];
        var first = Read(file, buffer, 0);
        if (buffer.AsSpan(0, first).LastIndexOf((byte)'\n') is >= 0 and var lineEnd)
            first = lineEnd + 1;

        var last = buffer.AsSpan(0, Read(file, buffer, size - kept));
        if (last.IndexOf((byte)'\n') is >= 0 and var lineStart && lineStart + 1 < last.Length)
            last = last[(lineStart + 1)..];

        var mark = Encoding.UTF8.GetBytes($"\n[monogres: {size - first - last.Length} bytes of this log were left out]\n");
        RandomAccess.Write(file, mark, first);
        RandomAccess.Write(file, last, first + mark.Length);
        RandomAccess.SetLength(file, first + mark.Length + last.Length);
    }

    private static int Read(Microsoft.Win32.SafeHandles.SafeFileHandle file, byte[] buffer, long from)
    {
        var done = 0;
        while (done < buffer.Length && RandomAccess.Read(file, buffer.AsSpan(done), from + done) is > 0 and var count)
            done += count;
        return done;
    }
}
